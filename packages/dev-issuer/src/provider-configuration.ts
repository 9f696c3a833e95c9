// What oidc-provider is told: one public client per app, rotation, resource indicators, DPoP, PAR.
import { randomBytes } from 'node:crypto'
import type * as OidcProvider from 'oidc-provider'
import type { Adapter, Configuration } from 'oidc-provider'
import { findUserAccount } from './accounts.js'
import { routes, signInPath } from './endpoints.js'
import { errorPage } from './error-page.js'
import { grantForAuthorization } from './grant-policy.js'
import { interactionPolicy } from './interaction-policy.js'
import { keepOfflineAccess } from './offline-access.js'
import { multiFactorAcr, passwordAcr, type IssuerSettings } from './options.js'
import { isGrantedResource, resourceIndicators } from './resource-indicators.js'
import type { SigningKey } from './signing-keys.js'
import { signedOutPage, signOutPage } from './sign-out-pages.js'

export interface ProviderParts {
  settings: IssuerSettings
  adapterFor: (model: string) => Adapter
  keys: SigningKey[]
  /** Survives a key rotation, so that browsers stay signed in. */
  cookieKey: string
}

const yearSeconds = 365 * 24 * 60 * 60

/** Builds oidc-provider's configuration. Lifetimes are read from the settings at every use. */
export function providerConfiguration(
  { interactionPolicy: policies, errors }: typeof OidcProvider,
  { settings, adapterFor, keys, cookieKey }: ProviderParts,
): Configuration {
  return {
    adapter: adapterFor,
    jwks: { keys },
    routes,
    clients: settings.clients.map((client) => ({
      client_id: client.clientId,
      client_name: client.name,
      application_type: 'web',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: client.redirectUris,
      post_logout_redirect_uris: client.postLogoutRedirectUris,
      id_token_signed_response_alg: client.idTokenSigningAlgorithm,
      dpop_bound_access_tokens: client.dpopBound,
      require_pushed_authorization_requests: client.requirePar,
    })),
    // Cookies ignore ports: without the port in their names, two issuers on one machine sign each other out.
    cookies: {
      names: {
        session: `latchkey_issuer_${settings.port}`,
        interaction: `latchkey_issuer_${settings.port}_sign_in`,
        resume: `latchkey_issuer_${settings.port}_resume`,
      },
      keys: [cookieKey],
    },
    acrValues: [passwordAcr, multiFactorAcr],
    claims: {
      openid: ['sub', 'acr', 'amr', 'auth_time'],
      profile: ['name', 'given_name', 'family_name', 'preferred_username'],
      email: ['email', 'email_verified'],
      iss: null,
      sid: null,
      ...extraClaims(settings),
    },
    conformIdTokenClaims: false,
    clockTolerance: 0,
    pkce: { required: () => true },
    clientBasedCORS: (_context, origin, client) =>
      settings.clients.some(
        ({ clientId, origins }) => clientId === client.clientId && origins.includes(origin),
      ),
    features: {
      devInteractions: { enabled: false },
      claimsParameter: { enabled: true },
      dPoP: {
        enabled: true,
        ...(settings.dpopNonces === 'off' ? {} : { nonceSecret: randomBytes(32) }),
        requireNonce: () => settings.dpopNonces === 'required',
      },
      pushedAuthorizationRequests: { enabled: true },
      resourceIndicators: resourceIndicators(settings, () => new errors.InvalidTarget()),
      revocation: {
        enabled: true,
        allowedPolicy: async (_context, client, token) => token.clientId === client.clientId,
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: signOutPage,
        postLogoutSuccessSource: signedOutPage,
      },
    },
    // how the user signed in, for APIs that ask for more (RFC 9470 §6.1)
    extraTokenClaims: ({ oidc }) => {
      const { acr, authTime } =
        oidc.entities.AuthorizationCode ??
        oidc.entities.RotatedRefreshToken ??
        oidc.entities.RefreshToken ??
        {}
      return { acr, auth_time: authTime }
    },
    findAccount: (_context, subject) => findUserAccount(settings.users, subject),
    interactions: {
      policy: interactionPolicy(policies),
      url: (_context, interaction) => `${signInPath}/${interaction.uid}`,
    },
    loadExistingGrant: (context) => grantForAuthorization(context, settings),
    rotateRefreshToken: (context) => {
      // Checked here, before the refresh token is spent: oidc-provider itself looks only afterwards, and the client
      // would be left with a dead session for a wrong resource.
      if (!isGrantedResource(context)) throw new errors.InvalidTarget()
      return settings.rotateRefreshTokens
    },
    ...(settings.offlineAccessNeedsConsent
      ? {}
      : { extraParams: { latchkey_offline_access: keepOfflineAccess } }),
    renderError: errorPage,
    ttl: {
      AccessToken: (_context, token) =>
        token.resourceServer?.accessTokenTTL ?? settings.accessTokenLifetimeSeconds,
      AuthorizationCode: 60,
      IdToken: 60 * 60,
      RefreshToken: (context) =>
        context.oidc.entities.RotatedRefreshToken?.remainingTTL ??
        settings.refreshTokenLifetimeSeconds,
      Interaction: 60 * 60,
      Session: 14 * 24 * 60 * 60,
      Grant: yearSeconds,
    },
  }
}

/** What the users carry beside name and email goes with `profile`. */
function extraClaims(settings: IssuerSettings): Record<string, null> {
  const names = settings.users.flatMap(({ claims }) => Object.keys(claims ?? {}))
  return Object.fromEntries(names.map((name) => [name, null]))
}
