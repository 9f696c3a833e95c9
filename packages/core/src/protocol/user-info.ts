/** Claims from the UserInfo endpoint, about the signed-in user and nobody else. OpenID Connect Core §5.3. A chunk of its own. */
import * as oauth from 'oauth4webapi'
import { AuthError } from '../errors.js'
import { verifySignature } from './id-token.js'
import { bare } from './plain-data.js'
import { objectionOf } from './problem.js'
import {
  endpointFetch,
  oauthClient,
  signatureAlgorithms,
  type ProtocolContext,
} from './protocol-context.js'

export async function userInfo(
  context: ProtocolContext,
  accessToken: string,
  subject: string,
  dpopKey: CryptoKeyPair | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  const { documents } = context
  const server = await documents.server()
  const url = server.userinfo_endpoint
  if (!url) throw failed('the metadata names no userinfo_endpoint')
  const send = (headers: Record<string, string>) =>
    endpointFetch(context)(url, {
      headers: {
        accept: 'application/json, application/jwt',
        authorization: `${dpopKey ? 'DPoP' : 'Bearer'} ${accessToken}`,
        ...headers,
      },
    })
  const response = await (
    dpopKey
      ? (await context.proofs()).send(dpopKey, { method: 'GET', url, accessToken }, send)
      : send({})
  ).catch(() => {
    throw failed('it could not be reached')
  })
  if (response.status !== 200) throw failed(`it answered HTTP ${response.status}`)
  const claims = await oauth
    .processUserInfoResponse(
      // A signed answer must be signed like an ID token: `none` is not signed.
      bare({
        ...server,
        userinfo_signing_alg_values_supported: signatureAlgorithms(
          context.config,
          server.userinfo_signing_alg_values_supported,
        ),
      }),
      oauthClient(context, server),
      subject,
      response,
    )
    .catch((error: unknown) => {
      throw failed(objectionOf(error))
    })
  if (/^application\/jwt/.test(response.headers.get('content-type') ?? '')) {
    const failure = await verifySignature(documents, server, response, () => documents.keys())
    if (failure) throw failure
  }
  return bare({ ...claims })
}

function failed(why: string): AuthError {
  return new AuthError('userinfo', `The UserInfo endpoint gave nothing usable: ${why}.`)
}
