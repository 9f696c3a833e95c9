// The fifteen temporary failures of SCENARIOS S3, each switched on at the token endpoint before the issuer acts.
import type { Fault } from '@latchkey/dev-issuer'
import type { Scene } from './scene.js'

type End = () => unknown

const byIssuer: Record<string, Fault> = {
  'a 408': { kind: 'status', status: 408 },
  'a 425': { kind: 'status', status: 425 },
  'a 500': { kind: 'status', status: 500 },
  'a 502 with HTML': { kind: 'html', status: 502 },
  'a 503': { kind: 'status', status: 503 },
  'a 504': { kind: 'status', status: 504 },
  'a firewall page (403)': { kind: 'html', status: 403 },
  'a 200 that is no JSON': { kind: 'not-json' },
  'a 200 without access_token': { kind: 'without-access-token' },
  'an answer without CORS headers': { kind: 'no-cors' },
}

/** Those that are over as soon as they are switched off; a hang and a Retry-After are stories of their own. */
export const temporaryFailures: Record<string, (scene: Scene) => Promise<End>> = {
  'no network': async ({ context }) => {
    await context.setOffline(true)
    return () => context.setOffline(false)
  },
  'a name that is not found': async ({ context, proxy }) => {
    await context.route(`${proxy.origin}/token`, (route) => route.abort('namenotresolved'))
    return () => context.unroute(`${proxy.origin}/token`)
  },
  'a connection that breaks': async ({ proxy }) => {
    proxy.resetConnections(true)
    return () => proxy.resetConnections(false)
  },
  ...Object.fromEntries(
    Object.entries(byIssuer).map(([name, fault]) => [
      name,
      async ({ issuer }: Scene) => issuer.faults.add('token', fault).clear,
    ]),
  ),
}
