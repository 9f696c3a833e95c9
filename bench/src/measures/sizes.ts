import { brotliCompressSync, constants } from 'node:zlib'
import type { OutputChunk } from 'rolldown'
import { bundle, chunksAtStart } from '../lib/bundle.js'
import type { Measure } from '../lib/measure.js'

interface Weighed {
  contender: string
  /** What an app imports: names, where a library's documentation has them, so that its bundler may drop the rest. */
  entry: string
  external?: string[]
}

const weighed: Weighed[] = [
  of('Latchkey', `export { createAuthClient, createAuthFetch } from '@latchkey/core'`),
  of('Latchkey axios (on top)', `export { attachAuth } from '@latchkey/axios'`, [
    '@latchkey/core',
    'axios',
  ]),
  of('Latchkey React (on top)', `export * from '@latchkey/react'`, ['@latchkey/core', 'react']),
  of('Latchkey Vue (on top)', `export * from '@latchkey/vue'`, ['@latchkey/core', 'vue']),
  of(
    'hand-written reference',
    `export { ReferenceClient } from './contenders/reference/reference-client.ts'`,
  ),
  of('keycloak-js', `export { default } from 'keycloak-js'`),
  of('oidc-client-ts', `export { UserManager, WebStorageStateStore } from 'oidc-client-ts'`),
  of('@axa-fr/oidc-client', `export { OidcClient } from '@axa-fr/oidc-client'`),
  of('oidc-spa', `export { createOidc, oidcEarlyInit } from 'oidc-spa/core'`),
  of('@okta/okta-auth-js', `export { OktaAuth } from '@okta/okta-auth-js'`),
  of('@auth0/auth0-spa-js', `export { Auth0Client } from '@auth0/auth0-spa-js'`),
  of('@azure/msal-browser', `export { PublicClientApplication } from '@azure/msal-browser'`),
  of('axios-auth-refresh (interceptor only)', `export * from 'axios-auth-refresh'`, ['axios']),
  of(
    'axios-jwt (interceptor only)',
    `export { applyAuthTokenInterceptor, setAuthTokens } from 'axios-jwt'`,
    ['axios'],
  ),
  of('supertokens-website (own backend)', `export { default } from 'supertokens-website'`),
]

export const sizes: Measure = {
  name: 'sizes',
  title: 'Bytes a page loads',
  about:
    'Each contender bundled by the same bundler (rolldown, es2022, minified), each chunk compressed by brotli 11. At start: the entry ' +
    'and all it imports statically; ever: with every chunk it can load later.',
  goal: 'core ≤ 5.0 k, axios ≤ 1.0 k, each binding ≤ 1.5 k; everything ever loaded ≤ 17.5 k',
  comparison: {
    columns: ['at start (bytes)', 'ever (bytes)'],
    // parts of a sign-in are no rivals of a whole one
    counts: ({ contender }) => !String(contender).includes('('),
  },
  async run({ log }) {
    const rows = []
    for (const { contender, entry, external = [] } of weighed) {
      const chunks = await bundle(entry, { external })
      const row = {
        contender,
        'at start (bytes)': sum(chunksAtStart(chunks)),
        'ever (bytes)': sum(chunks),
        chunks: chunks.length,
      }
      log(`${contender}: ${row['at start (bytes)']}`)
      rows.push(row)
    }
    rows.sort((a, b) => rank(a) - rank(b))
    return {
      rows,
      settings: {},
      notes: [
        'AXA without its service worker file; supertokens-website and the interceptors are no OIDC clients.',
      ],
    }
  },
}

function of(contender: string, entry: string, external: string[] = []): Weighed {
  return { contender, entry, external }
}

/** Those that are only a part of an app's sign-in come after the whole ones. */
function rank(row: { contender: string; 'at start (bytes)': number }): number {
  return (/\(/.test(row.contender) ? 1e9 : 0) + row['at start (bytes)']
}

function sum(chunks: OutputChunk[]): number {
  return chunks.reduce((total, { code }) => total + compressed(code), 0)
}

function compressed(code: string): number {
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
  return brotliCompressSync(code, { params }).length
}
