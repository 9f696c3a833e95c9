// Does to one request what its fault says.
import { STATUS_CODES } from 'node:http'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { corsHeaders } from './cors.js'
import type { ActiveFault } from './faults.js'

/**
 * Applies a fault around the provider.
 *
 * @returns Whether the provider has acted on the request.
 */
export async function applyFault(
  context: KoaContextWithOIDC,
  active: ActiveFault,
  provider: () => Promise<void>,
): Promise<boolean> {
  if (active.when === 'after') {
    await provider()
    await active.due()
    disturb(context, active.fault)
    return true
  }
  await active.due()
  if (active.fault.kind === 'delay' || active.fault.kind === 'hold') {
    await provider()
    return true
  }
  disturb(context, active.fault)
  return false
}

function disturb(context: KoaContextWithOIDC, fault: ActiveFault['fault']): void {
  switch (fault.kind) {
    case 'delay':
    case 'hold':
      return
    case 'status':
      answer(context, fault.status, fault.contentType ?? 'text/plain', fault.body)
      if (fault.retryAfterSeconds !== undefined) {
        context.set('Retry-After', String(fault.retryAfterSeconds))
      }
      context.set(fault.headers ?? {})
      return
    case 'html':
      return answer(context, fault.status ?? 502, 'text/html', gatewayPage(fault.status ?? 502))
    case 'oauth-error': {
      const status = fault.status ?? (fault.error === 'invalid_client' ? 401 : 400)
      const body = { error: fault.error, error_description: fault.description }
      return answer(context, status, 'application/json', JSON.stringify(body))
    }
    case 'not-json':
      return answer(context, 200, 'application/json', '{"access_token": <!-- oops -->')
    case 'without-access-token': {
      const { access_token: _, ...rest } = jsonOf(context)
      return answer(
        context,
        200,
        'application/json',
        JSON.stringify({ token_type: 'Bearer', ...rest }),
      )
    }
    case 'no-cors':
      if (context.status === 404) answer(context, 502, 'text/plain')
      for (const name of corsHeaders) context.remove(name)
      return
    case 'drop':
      context.respond = false
      context.req.socket.destroy()
      return
    case 'cut-body':
      return cutBody(context)
    case 'hang':
      context.respond = false
      return
    case 'rewrite':
      context.body = fault.rewrite(jsonOf(context))
      return
    case 'redirect':
      return rewriteRedirect(context, fault.rewrite)
  }
}

function answer(context: KoaContextWithOIDC, status: number, type: string, body?: string): void {
  context.status = status
  context.type = type
  context.body = body ?? `${status} ${STATUS_CODES[status] ?? ''}`.trim()
}

/** The provider's JSON; empty if it has not answered. */
function jsonOf(context: KoaContextWithOIDC): Record<string, unknown> {
  const body: unknown = context.body
  return body && typeof body === 'object' ? { ...body } : {}
}

/** Announces the whole body and sends half of it. */
function cutBody(context: KoaContextWithOIDC): void {
  const body = JSON.stringify(context.body ?? { access_token: 'x'.repeat(600) })
  context.respond = false
  const { res } = context
  res.statusCode = 200
  res.setHeader('Content-Type', 'application/json')
  res.setHeader('Content-Length', Buffer.byteLength(body))
  res.write(body.slice(0, body.length / 2), () => res.destroy())
}

/** Only the redirect back to the app: those inside the issuer stay. */
function rewriteRedirect(context: KoaContextWithOIDC, rewrite: (url: URL) => void): void {
  const url = URL.parse(context.response.get('Location'))
  if (!url || url.host === context.host) return
  rewrite(url)
  context.set('Location', url.href)
}

function gatewayPage(status: number): string {
  const title = `${status} ${STATUS_CODES[status] ?? ''}`.trim()
  return `<!doctype html><html><head><title>${title}</title></head><body><h1>${title}</h1><hr>gateway</body></html>`
}
