// The command `latchkey-dev-issuer`.
import { parseArgs } from 'node:util'
import type { DevClient, DevIssuerOptions } from './options.js'
import { isTokenRequest, type IssuerEvent } from './request-log.js'
import { startDevIssuer } from './start-dev-issuer.js'

const help = `Usage: latchkey-dev-issuer [options]

Starts an OpenID provider on this machine, for development only.

  --port <n>                      port on 127.0.0.1 and ::1 (default 9400)
  --issuer-url <url>              issuer identifier (default http://localhost:<port>)
  --client-id <id>                the app's client id (default demo-app)
  --redirect-uri <uri>            may be given several times (default http://localhost:5173/callback)
  --post-logout-redirect-uri <uri>
                                  may be given several times (default: the root of each redirect URI)
  --origin <origin>               where the app's pages come from, for CORS; may be given several times
                                  (default: the origins of the redirect URIs)
  --resource <uri>                an API with tokens of its own; may be given several times
  --default-resource <uri|none>   the aud of tokens nobody named a resource for (default urn:latchkey:demo-api)
  --access-token-lifetime <s>     seconds (default 10)
  --refresh-token-grace <s>       seconds the previous refresh token stays usable (default 0)
  --dpop                          refuse tokens without a DPoP proof
  --par                           refuse authorization requests that were not pushed
  --no-control-endpoints          do not serve /dev/...
  --quiet                         do not print token requests
  --help
`

await main()

async function main(): Promise<void> {
  const options = readOptions()
  if (!options) return
  const issuer = await startDevIssuer(options.issuer).catch(giveUp)
  console.log(`Latchkey dev issuer: ${issuer.url} (for development only)`)
  if (!options.quiet) issuer.onEvent(printTokenRequest)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => issuer.close())
}

function readOptions(): { issuer: DevIssuerOptions; quiet: boolean } | undefined {
  const list = { type: 'string', multiple: true } as const
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    const { values } = parseArgs({
      options: {
        port: text,
        'issuer-url': text,
        'client-id': text,
        'redirect-uri': list,
        'post-logout-redirect-uri': list,
        origin: list,
        resource: list,
        'default-resource': text,
        'access-token-lifetime': text,
        'refresh-token-grace': text,
        dpop: flag,
        par: flag,
        'no-control-endpoints': flag,
        quiet: flag,
        help: flag,
      },
    })
    if (values.help) {
      console.log(help)
      return undefined
    }
    const redirectUris = values['redirect-uri'] ?? ['http://localhost:5173/callback']
    const client: DevClient = {
      clientId: values['client-id'] ?? 'demo-app',
      redirectUris,
      postLogoutRedirectUris:
        values['post-logout-redirect-uri'] ?? redirectUris.map((uri) => new URL('/', uri).href),
      dpopBound: values.dpop ?? false,
      requirePar: values.par ?? false,
      ...(values.origin ? { origins: values.origin } : {}),
    }
    const defaultResource = values['default-resource']
    return {
      quiet: values.quiet ?? false,
      issuer: {
        port: wholeNumber('--port', values.port, 9400),
        clients: [client],
        accessTokenLifetimeSeconds: wholeNumber(
          '--access-token-lifetime',
          values['access-token-lifetime'],
          10,
        ),
        refreshTokenGraceSeconds: wholeNumber(
          '--refresh-token-grace',
          values['refresh-token-grace'],
          0,
        ),
        resources: (values.resource ?? []).map((identifier) => ({ identifier })),
        controlEndpoints: !values['no-control-endpoints'],
        ...(values['issuer-url'] ? { issuerUrl: values['issuer-url'] } : {}),
        ...(defaultResource
          ? { defaultResource: defaultResource === 'none' ? false : defaultResource }
          : {}),
      },
    }
  } catch (error) {
    return giveUp(error)
  }
}

function wholeNumber(option: string, value: string | undefined, fallback: number): number {
  if (value === undefined) return fallback
  if (!/^\d+$/.test(value)) throw new Error(`${option} wants a whole number, not "${value}"`)
  return Number(value)
}

function giveUp(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error)
  console.error(`latchkey-dev-issuer: ${message}\nTry --help.`)
  process.exit(1)
}

function printTokenRequest(event: IssuerEvent): void {
  if (!isTokenRequest(event)) return
  const { at, grantType, subject, refreshTokenGeneration, result, reuse } = event
  const generation = refreshTokenGeneration ? ` #${refreshTokenGeneration}` : ''
  const remark = reuse === 'none' ? '' : ` (reuse ${reuse})`
  const time = new Date(at).toISOString().slice(11, 19)
  console.log(`${time} ${grantType}${generation} ${subject ?? ''} ${result}${remark}`)
}
