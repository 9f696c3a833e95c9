// Serves the contenders' pages and, on the same origin, the API they call: no request needs a preflight.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { allContenders } from './contenders.js'
import { scriptsOf } from './page-bundles.js'

export type ApiHandler = (request: IncomingMessage, response: ServerResponse) => void

export interface AppServer {
  origin: string
  /** Answers what is below /api/ and /auth/. */
  api: ApiHandler
  /** When each page was last asked for, epoch ms. */
  servedAt: Map<string, number>
  close(): Promise<void>
}

/** @param issuerOf - The issuer a page is to use. */
export async function startAppServer(issuerOf: (page: string) => string): Promise<AppServer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', app.origin)
    if (/^\/(api|auth)\//.test(pathname)) return app.api(request, response)
    servePage(pathname, response).catch((error: unknown) => response.writeHead(500).end(`${error}`))
  })
  const app: AppServer = {
    origin: '',
    api: answerOk,
    servedAt: new Map(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  app.origin = `http://localhost:${(server.address() as AddressInfo).port}`
  return app

  async function servePage(pathname: string, response: ServerResponse): Promise<void> {
    const [, name = '', file = ''] = pathname.split('/')
    const page = allContenders.find((contender) => contender.name === name)
    if (!page) return void response.writeHead(404).end()
    if (file === 'silent') return send(response, 'text/html', silentPage)
    const scripts = await scriptsOf(page)
    const script = scripts.files.get(file)
    if (script !== undefined) return send(response, 'text/javascript', script)
    app.servedAt.set(name, Date.now())
    const settings = pageSettings(app.origin, name, issuerOf(name))
    send(response, 'text/html', html(JSON.stringify(settings), `/${name}/${scripts.entry}`))
  }
}

export function pageSettings(origin: string, name: string, issuer: string) {
  const homeUri = `${origin}/${name}/`
  return { issuer, clientId: name, homeUri, redirectUri: `${homeUri}callback` }
}

function answerOk(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')
}

function send(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body)
}

function html(settings: string, entry: string): string {
  return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>bench</title>
<script>window.settings = ${settings}</script>
<script type="module" src="${entry}"></script>`
}

/** As keycloak-js documents it. */
const silentPage = `<!doctype html><script>parent.postMessage(location.href, location.origin)</script>`
