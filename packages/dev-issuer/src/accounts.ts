// The demo users as oidc-provider sees them: a subject and claims.
import type { Account } from 'oidc-provider'
import type { DemoUser } from './options.js'

export function findUserAccount(users: DemoUser[], subject: string): Account | undefined {
  const user = users.find((candidate) => candidate.subject === subject)
  if (!user) return undefined
  return { accountId: subject, claims: () => claimsOf(user) }
}

function claimsOf(user: DemoUser) {
  const [givenName, ...familyNames] = user.name.split(' ')
  return {
    sub: user.subject,
    name: user.name,
    given_name: givenName,
    family_name: familyNames.join(' ') || undefined,
    preferred_username: user.subject,
    email: user.email,
    email_verified: true,
    ...user.claims,
  }
}
