// The one way every published package is built: ESM for modern browsers, readable, dependencies left to the app.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineConfig, type UserConfig } from 'vite'

export interface LibraryBuildOptions {
  /** Entry name to source file, relative to the package: `{ index: 'src/index.ts' }`. */
  entries: Record<string, string>
  /** What stays an import beside the package's own dependencies and peers (optional router packages, say). */
  external?: string[]
  /** The package's folder. Default: the working directory, which is the package under `pnpm build`. */
  root?: string
}

/**
 * Gives the Vite config of a published package.
 *
 * What is behind `import()` stays a chunk of its own, so that apps load it only when they need it.
 */
export function libraryBuild(options: LibraryBuildOptions): UserConfig {
  const root = options.root ?? process.cwd()
  const external = [...declaredDependencies(root), ...(options.external ?? [])]
  return defineConfig({
    root,
    publicDir: false,
    build: {
      target: 'es2022',
      // Left readable: the app's bundler minifies, and people read dist in the debugger.
      minify: false,
      sourcemap: true,
      outDir: 'dist',
      lib: {
        entry: Object.fromEntries(
          Object.entries(options.entries).map(([name, file]) => [name, resolve(root, file)]),
        ),
        formats: ['es'],
      },
      rolldownOptions: {
        external: (id) =>
          id.startsWith('node:') ||
          external.some((name) => id === name || id.startsWith(`${name}/`)),
        // a file for each source: the app's bundler alone decides what is loaded together
        output: {
          entryFileNames: '[name].js',
          preserveModules: true,
          preserveModulesRoot: resolve(root, 'src'),
        },
      },
    },
  })
}

function declaredDependencies(root: string): string[] {
  const manifest = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>
    peerDependencies?: Record<string, string>
  }
  return [
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}),
  ]
}
