// The frame of every page a person sees here: one stylesheet, dark mode, a strict Content-Security-Policy.
import { createHash } from 'node:crypto'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { pageStyle } from './page-style.js'

export interface Page {
  title: string
  /** HTML; whatever came from outside went through `escapeHtml`. */
  body: string
  /** Inline script, allowed by its hash. */
  script?: string
  /** Origins a form on this page may lead to, over redirects too: Chromium checks each. */
  formOrigins?: string[]
}

/** Answers with a page. */
export function sendPage(context: KoaContextWithOIDC, page: Page): void {
  context.type = 'html'
  context.set('Cache-Control', 'no-store')
  context.set('Referrer-Policy', 'no-referrer')
  context.set('Content-Security-Policy', contentSecurityPolicy(page))
  context.body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(page.title)}</title>
<link rel="icon" href="data:,">
<style>${pageStyle}</style>
</head>
<body>
<main class="card">
${page.body}
</main>
<footer><svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="8" cy="12" r="4.5"/><path d="M12.5 12H21v4M17 12v3"/></svg>Latchkey dev issuer · for development only</footer>
${page.script ? `<script>${page.script}</script>` : ''}
</body>
</html>`
}

/** Makes text safe inside HTML, in attributes too. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/** The origins of an app's redirect URIs, for `formOrigins`. */
export function originsOf(uris: readonly string[] | undefined): string[] {
  return [...new Set((uris ?? []).map((uri) => new URL(uri).origin))]
}

function contentSecurityPolicy({ script, formOrigins = [] }: Page): string {
  return [
    `default-src 'none'`,
    `style-src '${hashOf(pageStyle)}'`,
    `script-src ${script ? `'${hashOf(script)}'` : `'none'`}`,
    `img-src data:`,
    `form-action ${["'self'", ...formOrigins].join(' ')}`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ')
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
