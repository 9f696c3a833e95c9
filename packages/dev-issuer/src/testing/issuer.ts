// An issuer for one test, closed when the test is over.
import { onTestFinished } from 'vitest'
import type { DevIssuer } from '../dev-issuer.js'
import type { DevIssuerOptions } from '../options.js'
import { startDevIssuer } from '../start-dev-issuer.js'

export async function startForTest(options: DevIssuerOptions = {}): Promise<DevIssuer> {
  const issuer = await startDevIssuer(options)
  onTestFinished(() => issuer.close())
  return issuer
}
