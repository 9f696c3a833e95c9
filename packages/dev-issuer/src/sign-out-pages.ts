// RP-initiated logout: straight through for an app we know, a question for everybody else, and a page at the end.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { escapeHtml, originsOf, sendPage } from './page.js'

/** Signs out at once if the request says which app it comes from; asks otherwise. */
export function signOutPage(context: KoaContextWithOIDC, form: string): void {
  const { client } = context.oidc
  const button = `<button class="primary wide" form="op.logoutForm" name="logout" value="yes">Sign out</button>`
  sendPage(context, {
    title: 'Signing out',
    formOrigins: originsOf(client?.postLogoutRedirectUris),
    // The button is clicked rather than the form submitted: its name and value belong to the request.
    ...(client ? { script: `document.querySelector('button[name=logout]').click()` } : {}),
    body: `
${doorEmblem}
<h1>${client ? 'Signing you out …' : 'Sign out?'}</h1>
<p>${client ? `of ${escapeHtml(client.clientName ?? client.clientId)}` : 'This ends your session at the Latchkey dev issuer.'}</p>
${form}
${button}`,
  })
}

/** Where a sign-out ends when the app named no page of its own to return to. */
export function signedOutPage(context: KoaContextWithOIDC): void {
  const { client } = context.oidc
  sendPage(context, {
    title: 'Signed out',
    body: `
${doorEmblem}
<h1>You are signed out</h1>
<p>${client ? `of ${escapeHtml(client.clientName ?? client.clientId)}. ` : ''}You can close this page.</p>`,
  })
}

const doorEmblem = `<div class="emblem calm"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M14 4H6v16h8M10 12h11m-4-4 4 4-4 4"/></svg></div>`
