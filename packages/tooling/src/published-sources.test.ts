// What no source that users receive may do, and what may come with it: facts a reviewer would otherwise look for by hand.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { repositoryRoot } from './repository.js'

const forBrowsers = ['core', 'axios', 'react', 'vue']

it('R9, F1, F2: no window is sent a message, and none is listened to', () => {
  // a channel between tabs, the page's own service worker, and that worker's port: messages are hints there
  expect(filesWith(/postMessage|onmessage|['"]message['"]/)).toEqual([
    'packages/core/src/environment/broadcast-channel.ts',
    'packages/core/src/environment/browser-service-worker.ts',
    'packages/core/src/service-worker.ts',
  ])
  expect(filesWith(/postMessage\([^)]*['"]\*['"]/)).toEqual([])
})

it('K7, A23: nothing is evaluated, and no text becomes markup', () => {
  expect(
    filesWith(/\beval\(|new Function\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write\(/),
  ).toEqual([])
})

it('G14, J10: neither cookies nor global names are written', () => {
  expect(
    filesWith(/\bcookie\b\s*=|(window|globalThis|self)\.\w+\s*=[^=]|(window|globalThis)\[/),
  ).toEqual([])
})

it('E15: the cookie headers of axios are left as the app has set them', () => {
  expect(filesWith(/withXSRFToken\s*[:=]|xsrfCookieName\s*[:=]/)).toEqual([])
})

it('K6, E15, E16: the packages depend on these, and on an axios without the known holes', () => {
  const dependencies = Object.fromEntries(
    forBrowsers.map((name) => [name, Object.keys(manifest(name).dependencies ?? {})]),
  )
  expect(dependencies).toEqual({
    core: ['idb-keyval', 'oauth4webapi'],
    axios: [],
    react: [],
    vue: [],
  })
  const [, minor = 0] =
    (manifest('axios').peerDependencies?.['axios'] ?? '').match(/^>=1\.(\d+)\.\d+$/) ?? []
  expect(Number(minor)).toBeGreaterThanOrEqual(18)
  const [, patch = 0] =
    (manifest('core').dependencies?.['oauth4webapi'] ?? '').match(/^\^3\.8\.(\d+)$/) ?? []
  expect(Number(patch)).toBeGreaterThanOrEqual(8)
})

function manifest(name: string) {
  return JSON.parse(readFileSync(`${repositoryRoot}packages/${name}/package.json`, 'utf8')) as {
    dependencies?: Record<string, string>
    peerDependencies?: Record<string, string>
  }
}

function filesWith(pattern: RegExp): string[] {
  return sources
    .filter(({ code }) => pattern.test(code))
    .map(({ path }) => path)
    .sort()
}

/** Without comments, which may speak of anything. */
const sources = forBrowsers.flatMap((name) =>
  readdirSync(`${repositoryRoot}packages/${name}/src`, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !/\.test(-d)?\.|testing\/|test-support\//.test(path))
    .map((path) => `packages/${name}/src/${path.replaceAll('\\', '/')}`)
    .map((path) => ({
      path,
      code: readFileSync(repositoryRoot + path, 'utf8').replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, ''),
    })),
)
