// Hands the page what it must know of this run, without a script of its own that a Content-Security-Policy would refuse.

/** What `src/shared/page-config.ts` reads. */
export interface PageConfig {
  readonly issuer: string
  readonly clientId: string
  readonly scope: string
  readonly apiUrl: string
  /** Whether the issuer is the demo's own: only that one can be told to revoke a session. */
  readonly embedded: boolean
}

const placeholder = '{{latchkey-demo}}'

export function withPageConfig(html: string, config: PageConfig): string {
  return html.replace(placeholder, () => escapeAttribute(JSON.stringify(config)))
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}
