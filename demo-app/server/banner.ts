// What `npm run demo` says when everything is up.
import type { DemoOptions } from './demo-options.js'
import type { Demo } from './start-demo.js'

export function banner(demo: Demo, options: DemoOptions): string {
  const lines = options.provider
    ? [
        `issuer   ${demo.issuerUrl}`,
        `client   ${options.provider.clientId}`,
        `         redirect URIs: ${demo.url}callback and ${demo.url}vue/callback`,
      ]
    : [
        `issuer   ${demo.issuerUrl}`,
        `users    ${demo.users.join(', ')}: click a name, there is no password`,
        `tokens   live for ${options.accessTokenLifetimeSeconds ?? 15} seconds`,
      ]
  return [
    '',
    '  Latchkey demo is running',
    '',
    `  open     ${demo.url}`,
    `  vue      ${demo.url}vue/`,
    `  api      ${demo.apiUrl}`,
    ...lines.map((line) => `  ${line}`),
    '',
    '  Ctrl+C ends it.',
    '',
    '',
  ].join('\n')
}
