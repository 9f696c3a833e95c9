// Builds the pages with React and Vue: for production, and as frameworks run in development. Some are rendered on a server first.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { build, createServer, defaultClientConditions, defaultServerConditions } from 'vite'
import { readmeApps } from './readme-apps.js'

export type Mode = 'production' | 'development'

const apps = ['react-app', 'vue-history', 'vue-hash']
const rendered = [
  { page: 'react-ssr', entry: 'react-ssr/render-on-server.tsx' },
  { page: 'vue-ssr', entry: 'vue-ssr/render-on-server.ts' },
]
const readmes = ['react-readme', 'vue-readme', 'vue-readme-template']

/** Each page is in a folder named by the mode: `development/react-app`. */
export async function buildBindingPages(root: string, directory: string): Promise<void> {
  const pages = [...apps, ...rendered.map(({ page }) => page)]
  await buildIn('production', [...pages, ...readmes], root, directory)
  await buildIn('development', pages, root, directory)
  await renderOnServer(root, directory)
}

async function buildIn(mode: Mode, pages: readonly string[], root: string, directory: string) {
  await build({
    root,
    mode,
    base: `/${mode}/`,
    configFile: false,
    logLevel: 'error',
    plugins: [readmeApps(root), vue({ isProduction: mode === 'production' })],
    // Playwright sets NODE_ENV to `test`, which is neither of the two.
    define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
    resolve: { conditions: ['latchkey-source', mode, ...withoutMode(defaultClientConditions)] },
    build: {
      outDir: join(directory, mode),
      emptyOutDir: false,
      target: 'es2022',
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(pages.map((page) => [page, join(root, page, 'index.html')])),
      },
    },
  })
}

/** Puts the server's markup into the built pages: it is the same for everybody. */
async function renderOnServer(root: string, directory: string): Promise<void> {
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    server: { middlewareMode: true, hmr: false, ws: false },
    optimizeDeps: { noDiscovery: true },
    plugins: [vue()],
    ssr: { resolve: { conditions: ['latchkey-source', ...defaultServerConditions] } },
  })
  try {
    for (const { page, entry } of rendered) {
      const { render } = (await server.ssrLoadModule(`/${entry}`)) as { render: Render }
      const markup = await render()
      for (const mode of ['production', 'development'] satisfies Mode[]) {
        const file = join(directory, mode, page, 'index.html')
        const html = await readFile(file, 'utf8')
        await writeFile(
          file,
          html.replace('<!--server-->', () => markup),
        )
      }
    }
  } finally {
    await server.close()
  }
}

type Render = () => Promise<string>

function withoutMode(conditions: readonly string[]): string[] {
  return conditions.filter((condition) => condition !== 'development|production')
}
