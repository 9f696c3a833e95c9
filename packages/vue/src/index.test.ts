// @vitest-environment node
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as core from '@latchkey/core'
import { expect, it } from 'vitest'
import * as binding from './index.js'

it('lists exactly these names of its own', () => {
  const own = Object.keys(binding).filter((name) => !(name in core))
  expect(own.sort()).toEqual([
    'RequireAuth',
    'SignedIn',
    'SignedOut',
    'createAuthPlugin',
    'useAuth',
    'useAuthClient',
    'useAuthEvent',
    'useAuthReady',
    'useIdle',
    'useUser',
  ])
})

it('passes on from core what an app needs, and the same thing', () => {
  for (const name of Object.keys(binding))
    if (name in core) expect(Reflect.get(binding, name)).toBe(Reflect.get(core, name))
  expect(Object.keys(core).filter((name) => !(name in binding))).toEqual([
    // for what has a connection of its own: an app imports it where it opens one
    'keepConnected',
    'pinRequest',
    'requestProtectedResource',
  ])
})

it('touches no global when it is imported in plain Node', () => {
  const script = `
    // The framework looks for a window; this is about the binding.
    await import('vue')
    const before = Object.getOwnPropertyNames(globalThis).join()
    for (const name of ['window', 'document', 'localStorage', 'sessionStorage', 'indexedDB', 'location'])
      Object.defineProperty(globalThis, name, { get() { throw new Error(name + ' was touched') }, configurable: true })
    for (const name of ['index', 'vue-router'])
      await import('./src/' + name + '.ts')
    for (const name of ['window', 'document', 'localStorage', 'sessionStorage', 'indexedDB', 'location'])
      delete globalThis[name]
    console.log(Object.getOwnPropertyNames(globalThis).join() === before)`
  const output = execFileSync(
    process.execPath,
    ['--conditions=latchkey-source', '--import=tsx', '--input-type=module', '-e', script],
    { cwd: fileURLToPath(new URL('..', import.meta.url)), encoding: 'utf8' },
  )
  expect(output.trim()).toBe('true')
}, 120_000)
