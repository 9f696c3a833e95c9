// The one way every contender is bundled: as an app's production build would, for es2022, minified.
import { rolldown, type OutputChunk } from 'rolldown'
import { benchRoot } from './paths.js'

/** Linked packages bring dependencies of their own; an app has one copy of each. */
const oneCopy = /^(axios|@latchkey\/core|idb-keyval|oauth4webapi|react|vue)$/

export interface BundleOptions {
  /** Packages that are not bundled: the framework, say. */
  external?: string[]
}

/** Bundles an entry module given as text; its imports resolve from `bench/`. */
export async function bundle(
  entry: string,
  { external = [] }: BundleOptions = {},
): Promise<OutputChunk[]> {
  const entryFile = `${benchRoot}src/bundle-entry.ts`
  const bundler = await rolldown({
    input: entryFile,
    cwd: benchRoot,
    platform: 'browser',
    logLevel: 'silent',
    external,
    resolve: { conditionNames: ['browser', 'import', 'module', 'default'] },
    transform: {
      target: 'es2022',
      define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    },
    preserveEntrySignatures: 'allow-extension',
    plugins: [
      {
        name: 'bundle-entry',
        resolveId(source, importer) {
          if (source === entryFile) return source
          const isOurs = !importer || importer.startsWith(`${benchRoot}src`)
          return oneCopy.test(source) && !isOurs ? this.resolve(source, entryFile) : undefined
        },
        load: (id) => (id === entryFile ? entry : undefined),
      },
    ],
  })
  const { output } = await bundler.generate({ format: 'esm', minify: true })
  await bundler.close()
  return output.filter((file) => file.type === 'chunk')
}

/** The chunks a page loads before it runs: the entry and all it imports statically. */
export function chunksAtStart(chunks: OutputChunk[]): OutputChunk[] {
  const names = new Set<string>()
  function take(fileName: string): void {
    if (names.has(fileName)) return
    names.add(fileName)
    chunks.find((chunk) => chunk.fileName === fileName)?.imports.forEach(take)
  }
  for (const chunk of chunks) if (chunk.isEntry) take(chunk.fileName)
  return chunks.filter((chunk) => names.has(chunk.fileName))
}
