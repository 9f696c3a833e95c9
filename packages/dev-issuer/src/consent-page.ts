// The consent page: shown for prompt=consent and for clients that need it.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { escapeHtml, sendPage } from './page.js'

export interface ConsentPage {
  appName: string
  userName: string
  scopes: string[]
  /** Where the form goes; `/cancel` beneath it goes back to the app without consent. */
  action: string
  formOrigins: string[]
}

export function consentPage(context: KoaContextWithOIDC, page: ConsentPage): void {
  sendPage(context, {
    title: `Allow ${page.appName}?`,
    formOrigins: page.formOrigins,
    body: `
<div class="emblem"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3 5 6v5c0 4.5 3 8.200 7 10 4-1.800 7-5.500 7-10V6Z"/><path d="m9 12 2 2 4-4"/></svg></div>
<h1>Allow ${escapeHtml(page.appName)}?</h1>
<p>${escapeHtml(page.userName)}, this app asks for:</p>
<ul>${page.scopes.map((scope) => `<li><code>${escapeHtml(scope)}</code></li>`).join('')}</ul>
<form method="post" action="${escapeHtml(page.action)}">
<button class="primary" name="consent" value="yes">Allow</button>
</form>
<a class="cancel" href="${escapeHtml(page.action)}/cancel">Cancel</a>`,
  })
}
