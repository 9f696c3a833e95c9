// When the sign-in page is shown: as oidc-provider does by itself, and for a step-up through acr_values.
import type { interactionPolicy as InteractionPolicy } from 'oidc-provider'
import { multiFactorAcr, passwordAcr } from './options.js'

type Policies = typeof InteractionPolicy

/** oidc-provider's policy, with acr_values that the present sign-in does not have leading to a new one. */
export function interactionPolicy({ base, Check }: Policies): InteractionPolicy.DefaultPolicy {
  const policy = base()
  policy.get('login')?.checks.add(
    new Check('acr_values', 'the requested authentication context needs a sign-in', (context) => {
      const requested = requestedAcrs(context.oidc.params?.acr_values)
      return requested.length > 0 && !requested.includes(context.oidc.acr)
    }),
  )
  return policy
}

/** The authentication contexts of a request that this issuer knows; others are ignored, as OpenID Connect wants. */
export function requestedAcrs(acrValues: unknown): string[] {
  if (typeof acrValues !== 'string') return []
  return acrValues.split(' ').filter((acr) => acr === passwordAcr || acr === multiFactorAcr)
}
