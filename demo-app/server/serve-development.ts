// The app through Vite's dev server: edit a file and see it.
import { readFile } from 'node:fs/promises'
import type { RequestListener, Server } from 'node:http'
import { join } from 'node:path'
import { createServer, type ViteDevServer } from 'vite'
import { appRoot } from './app-root.js'
import { withPageConfig, type PageConfig } from './page-config.js'
import { pageFor } from './pages.js'

export interface AppFiles {
  readonly listener: RequestListener
  close(): Promise<void>
}

export async function serveDevelopment(server: Server, config: PageConfig): Promise<AppFiles> {
  const vite = await createServer({
    configFile: join(appRoot, 'vite.config.ts'),
    appType: 'custom',
    clearScreen: false,
    logLevel: 'warn',
    server: { middlewareMode: true, ws: { server }, hmr: { server } },
  })
  return {
    listener: (request, response) => {
      // Vite's middlewares rewrite the URL on their way.
      const url = request.url ?? '/'
      const path = new URL(url, 'http://localhost').pathname
      vite.middlewares(request, response, () => {
        answerWithPage(vite, url, path, config).then(
          ({ status, html }) => {
            response.writeHead(status, {
              'content-type': 'text/html; charset=utf-8',
              'cache-control': 'no-store',
            })
            response.end(html)
          },
          (error: unknown) => {
            response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' })
            response.end(error instanceof Error ? error.message : String(error))
          },
        )
      })
    },
    close: () => vite.close(),
  }
}

async function answerWithPage(vite: ViteDevServer, url: string, path: string, config: PageConfig) {
  const page = pageFor(path)
  if (!page) return { status: 404, html: 'Not found' }
  const template = await readFile(join(appRoot, page), 'utf8')
  return { status: 200, html: withPageConfig(await vite.transformIndexHtml(url, template), config) }
}
