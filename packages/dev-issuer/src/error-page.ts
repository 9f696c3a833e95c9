// The page for an error that cannot be sent back to the app.
import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider'
import { escapeHtml, sendPage } from './page.js'

export function errorPage(context: KoaContextWithOIDC, error: ErrorOut): void {
  const details = Object.entries(error).filter(([, value]) => value !== undefined)
  sendPage(context, {
    title: 'This did not work',
    body: `
<div class="emblem alarm"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 4 2.500 20h19Z"/><path d="M12 10v4m0 3v.01"/></svg></div>
<h1>This did not work</h1>
<p>This request could not be answered. Go back to the app and try again.</p>
<dl>${details.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd><code>${escapeHtml(String(value))}</code></dd>`).join('')}</dl>`,
  })
}
