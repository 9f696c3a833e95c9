// Serves the built test pages; every path without a file of its own is the single-page app.
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { builtPages } from './build-pages.js'
import { serveOnLoopback } from './loopback.js'
import type { HarnessConfig } from '../pages/harness/harness-config.js'

export interface PageServer {
  readonly origin: string
  /** What pages loaded from now on are configured with. */
  configure(config: HarnessConfig): void
  /** Which page answers from now on, by its folder. Default `harness`. */
  serve(page: string): void
  /** Sent with every page from now on. */
  sendHeaders(headers: Readonly<Record<string, string>>): void
  close(): Promise<void>
}

const contentTypes: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css' }

export async function startPageServer(): Promise<PageServer> {
  const directory = builtPages()
  let config: HarnessConfig | undefined
  let page = 'harness'
  let extra: Readonly<Record<string, string>> = {}
  const server = await serveOnLoopback(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const type = contentTypes[extname(pathname)]
    try {
      if (type) {
        response.writeHead(200, { 'content-type': type, 'cache-control': 'max-age=600' })
        return void response.end(await readFile(join(directory, pathname)))
      }
      const html = await readFile(join(directory, page, 'index.html'), 'utf8')
      const json = JSON.stringify(config).replaceAll('<', '\\u003c')
      response.writeHead(200, {
        'content-type': 'text/html',
        'cache-control': 'no-cache',
        ...extra,
      })
      response.end(html.replace('{{harness-config}}', () => json))
    } catch {
      response.writeHead(404).end()
    }
  })
  return {
    origin: server.origin,
    configure: (wanted) => void (config = wanted),
    serve: (wanted) => void (page = wanted),
    sendHeaders: (headers) => void (extra = headers),
    close: server.close,
  }
}
