// The sign-in page: the demo users, one click each.
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { DemoUser } from './options.js'
import { escapeHtml, sendPage } from './page.js'

export interface SignInPage {
  appName: string
  users: DemoUser[]
  /** Where the form goes; `/cancel` beneath it goes back to the app without signing in. */
  action: string
  /** The person the app expects: by `login_hint`, or because they are signed in already. */
  expected: string | undefined
  /** The app asked for stronger authentication. */
  multiFactor: boolean
  /** The person is signed in, and the app wants to see them again. */
  again: boolean
  formOrigins: string[]
}

export function signInPage(context: KoaContextWithOIDC, page: SignInPage): void {
  const expected = page.users.find((user) => isExpected(user, page.expected))
  sendPage(context, {
    title: `Sign in to ${page.appName}`,
    formOrigins: page.formOrigins,
    body: `
<div class="emblem"><svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="8" cy="12" r="4.5"/><path d="M12.5 12H21v4M17 12v3"/></svg></div>
<h1>${page.again ? 'Is it still you?' : 'Sign in'}</h1>
<p>to continue to <strong>${escapeHtml(page.appName)}</strong></p>
${page.multiFactor ? '<p class="note">This step asks for a stronger sign-in. Choosing a person counts as the second factor here.</p>' : ''}
<form method="post" action="${escapeHtml(page.action)}">
${page.users.map((user, index) => personButton(user, index, user === expected)).join('\n')}
</form>
<a class="cancel" href="${escapeHtml(page.action)}/cancel">Cancel</a>`,
  })
}

function personButton(user: DemoUser, index: number, expected: boolean): string {
  const name = escapeHtml(user.name)
  return `<button class="person${expected ? ' hinted' : ''}" name="login" value="${escapeHtml(user.subject)}" aria-label="Continue as ${name}"${expected ? ' autofocus' : ''}>
<span class="avatar avatar-${index % 4}" aria-hidden="true">${escapeHtml(initialsOf(user.name))}</span>
<span class="who"><b>${name}</b><span>${escapeHtml(user.email)}</span></span>
<svg viewBox="0 0 24 24" aria-hidden="true"><path d="m9 5 7 7-7 7"/></svg>
</button>`
}

function isExpected(user: DemoUser, hint: string | undefined): boolean {
  return hint !== undefined && [user.subject, user.email, user.name].includes(hint)
}

function initialsOf(name: string): string {
  const words = name.split(' ').filter(Boolean)
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => word?.charAt(0).toUpperCase() ?? '')
    .join('')
}
