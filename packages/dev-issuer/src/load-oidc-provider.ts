// Loads oidc-provider, without the warning it prints on Node 20, where it works all the same.
import type * as OidcProvider from 'oidc-provider'

/** Imports oidc-provider; only its "Unsupported runtime" line is kept from the console. */
export async function loadOidcProvider(): Promise<typeof OidcProvider> {
  const { warn } = console
  console.warn = (...parts: unknown[]) => {
    if (!String(parts[0]).includes('Unsupported runtime')) warn.apply(console, parts)
  }
  try {
    installUrlParse()
    return await import('oidc-provider')
  } finally {
    console.warn = warn
  }
}

/** `URL.parse` is missing in the first releases of the Node 20 line; oidc-provider needs it. */
function installUrlParse(): void {
  if (typeof URL.parse === 'function') return
  URL.parse = (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null)
}
