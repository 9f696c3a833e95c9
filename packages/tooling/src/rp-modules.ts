// The OpenID Foundation's tests of relying parties (`oidcc-client-test…`).
import type { Entry } from './security-row.js'

/** Those that apply to a client without a secret in the code flow; the others need a secret, another response type or a server. */
const fit: Entry[] = [
  ' -invalid-iss -missing-aud -invalid-aud -missing-iat -missing-sub -nonce-invalid -idtoken-sig-rs256 -idtoken-sig-none',
  '-invalid-sig-rs256 -invalid-sig-es256 -invalid-sig-hs256 -kid-absent-single-jwks -kid-absent-multiple-jwks',
  '-signing-key-rotation -signing-key-rotation-just-before-signing -discovery-openid-config -discovery-jwks-uri-keys',
  '-discovery-issuer-mismatch -userinfo-invalid-sub -userinfo-bearer-header -scope-userinfo-claims -refresh-token',
  '-refresh-token-invalid-issuer -refresh-token-invalid-sub -rp-init-logout -rp-init-logout-other-state -rp-init-logout-no-state',
].flatMap((names) => names.split(' ').map((name): Entry => [module(name), 'as it asks']))

const notOurs = 'an optional feature this client does not have'
const unfit: Entry[] = [
  [module('-userinfo-signed'), 'signed UserInfo', notOurs],
  [module('-aggregated-claims'), 'aggregated claims', notOurs],
  [module('-distributed-claims'), 'distributed claims', notOurs],
  [module('-3rd-party-init-login'), 'a sign-in begun by a third party', notOurs],
  [module('-session-management'), 'session management', 'as L6'],
  [module('-rp-frontchannel-rpinitlogout'), 'front-channel logout', 'as L5'],
  [module('-rp-frontchannel-opinitlogout'), 'front-channel logout', 'as L5'],
]

export const rpModules: readonly Entry[] = [...fit, ...unfit]

function module(name: string): string {
  return `oidcc-client-test${name}`
}
