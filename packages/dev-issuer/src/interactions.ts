// Answers the sign-in and consent pages and what is clicked on them.
import type Provider from 'oidc-provider'
import type { Interaction, InteractionResults, KoaContextWithOIDC } from 'oidc-provider'
import { consentPage } from './consent-page.js'
import { signInPath } from './endpoints.js'
import { errorPage } from './error-page.js'
import { formOf } from './request-body.js'
import { requestedAcrs } from './interaction-policy.js'
import { multiFactorAcr, passwordAcr, type IssuerSettings } from './options.js'
import { originsOf } from './page.js'
import { signInPage } from './sign-in-page.js'

/** Handles requests beneath the sign-in path; says whether this was one. */
export async function answerInteraction(
  provider: Provider,
  context: KoaContextWithOIDC,
  settings: IssuerSettings,
): Promise<boolean> {
  if (!context.path.startsWith(`${signInPath}/`)) return false
  const interaction = await findInteraction(provider, context)
  if (!interaction) {
    context.status = 400
    errorPage(context, {
      error: 'invalid_request',
      error_description: 'this sign-in has expired or was completed already',
    })
    return true
  }

  if (context.path.endsWith('/cancel')) {
    const error_description = 'the person cancelled the sign-in'
    await finish(provider, context, { error: 'access_denied', error_description })
  } else if (context.method === 'POST') {
    const result = await resultOf(provider, interaction, formOf(context.req), settings)
    if (result) {
      context.state.subject = result.login?.accountId
      await finish(provider, context, result)
    } else {
      context.status = 400
    }
  } else {
    await showPage(provider, context, interaction, settings)
  }
  return true
}

async function findInteraction(
  provider: Provider,
  context: KoaContextWithOIDC,
): Promise<Interaction | undefined> {
  try {
    return await provider.interactionDetails(context.req, context.res)
  } catch {
    return undefined
  }
}

async function showPage(
  provider: Provider,
  context: KoaContextWithOIDC,
  interaction: Interaction,
  settings: IssuerSettings,
): Promise<void> {
  const { params, prompt, session, uid } = interaction
  const client = await provider.Client.find(String(params.client_id))
  const common = {
    appName: client?.clientName ?? String(params.client_id),
    action: `${signInPath}/${uid}`,
    formOrigins: originsOf(client?.redirectUris),
  }
  if (prompt.name === 'consent') {
    const user = settings.users.find(({ subject }) => subject === session?.accountId)
    const scopes = String(params.scope ?? '').split(' ')
    consentPage(context, { ...common, userName: user?.name ?? '', scopes })
    return
  }
  signInPage(context, {
    ...common,
    users: settings.users,
    expected: typeof params.login_hint === 'string' ? params.login_hint : session?.accountId,
    again: session?.accountId !== undefined,
    multiFactor: requestedAcrs(params.acr_values).includes(multiFactorAcr),
  })
}

async function resultOf(
  provider: Provider,
  interaction: Interaction,
  form: URLSearchParams,
  settings: IssuerSettings,
): Promise<InteractionResults | undefined> {
  const { params, prompt, session } = interaction
  if (prompt.name === 'consent' && form.get('consent') === 'yes' && session) {
    const grant = new provider.Grant({
      accountId: session.accountId,
      clientId: String(params.client_id),
    })
    const resources = [params.resource ?? []].flat().map(String)
    grant.addOIDCScope(String(params.scope ?? ''))
    for (const resource of resources) grant.addResourceScope(resource, String(params.scope ?? ''))
    return { consent: { grantId: await grant.save() } }
  }

  const user = settings.users.find(({ subject }) => subject === form.get('login'))
  if (prompt.name !== 'login' || !user) return undefined
  const acr = requestedAcrs(params.acr_values)[0] ?? passwordAcr
  const amr = acr === multiFactorAcr ? ['pwd', 'mfa'] : ['pwd']
  return { login: { accountId: user.subject, acr, amr } }
}

async function finish(
  provider: Provider,
  context: KoaContextWithOIDC,
  result: InteractionResults,
): Promise<void> {
  // A consent keeps the sign-in that came before it; an error replaces everything.
  const mergeWithLastSubmission = 'consent' in result
  const { req, res } = context
  const returnTo = await provider.interactionResult(req, res, result, { mergeWithLastSubmission })
  context.status = 303
  context.redirect(returnTo)
}
