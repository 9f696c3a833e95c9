// The built app as plain files, as a production server would send them.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { build } from 'vite'
import { appRoot } from './app-root.js'
import { withPageConfig, type PageConfig } from './page-config.js'
import { pageFor } from './pages.js'
import type { AppFiles } from './serve-development.js'

/** A build of its own per run, in a temporary directory: several can run side by side. */
export async function serveBuild(config: PageConfig, policy: string): Promise<AppFiles> {
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-demo-'))
  await build({
    configFile: join(appRoot, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: directory, emptyOutDir: true },
  })
  const pageHeaders = {
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  }
  return {
    listener: (request, response) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname
      const page = pageFor(path)
      const answering = page
        ? sendPage(response, join(directory, page), config, pageHeaders)
        : sendFile(response, directory, path)
      answering.catch(() =>
        response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found'),
      )
    },
    close: () => rm(directory, { recursive: true, force: true }),
  }
}

async function sendPage(
  response: ServerResponse,
  file: string,
  config: PageConfig,
  headers: Record<string, string>,
): Promise<void> {
  const html = withPageConfig(await readFile(file, 'utf8'), config)
  response.writeHead(200, { ...headers, 'content-type': 'text/html; charset=utf-8' })
  response.end(html)
}

const contentTypes: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

async function sendFile(response: ServerResponse, directory: string, path: string): Promise<void> {
  // `URL` has resolved dot segments already; encoded ones stay encoded and name no file.
  const content = await readFile(join(directory, normalize(path)))
  response.writeHead(200, {
    'content-type': contentTypes[extname(path)] ?? 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    'cache-control': path.startsWith('/assets/')
      ? 'public, max-age=31536000, immutable'
      : 'no-cache',
  })
  response.end(content)
}
