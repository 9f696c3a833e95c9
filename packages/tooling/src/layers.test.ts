import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { findLayerViolations } from './layers.js'
import { repositoryRoot } from './repository.js'

/** Checks files of core, each given as its path in `src` and its text. */
function inCore(files: Record<string, string>): string[] {
  return inPackages(
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`core/src/${path}`, text])),
  )
}

function inPackages(files: Record<string, string>): string[] {
  return findLayerViolations(
    Object.entries(files).map(([path, text]) => ({ path: `packages/${path}`, text })),
  )
}

it('keeps the layers of this repository', () => {
  const paths = readdirSync(`${repositoryRoot}packages`).flatMap(sourcesOf)
  expect(paths).toContain('packages/core/src/index.ts')
  const files = paths.map((path) => ({ path, text: readFileSync(repositoryRoot + path, 'utf8') }))
  expect(findLayerViolations(files)).toEqual([])
})

function sourcesOf(name: string): string[] {
  const source = `packages/${name}/src`
  if (!existsSync(repositoryRoot + source)) return []
  return readdirSync(repositoryRoot + source, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => `${source}/${path.replaceAll('\\', '/')}`)
}

it('lets imports go down, to siblings and to the same room', () => {
  expect(
    inCore({
      'index.ts': `export { createAuthClient } from './create-auth-client.js'\nexport type * from './auth-client.js'`,
      'create-auth-client.ts': `import { signIn } from './flows/sign-in.js'`,
      'flows/sign-in.ts': `
        import type { AuthClient } from '../auth-client.js'
        import type { Grant } from '../protocol/grant.js'
        import { helper } from './helper.js'
        export const signIn = async () => (await import('../protocol/grant.js')).grant()`,
      'flows/helper.ts': `import { fresh } from '../session/fresh.js'`,
      'auth-client.ts': `import type { State } from './session/state.js'`,
      'session/fresh.ts': `import type { State } from './state.js'`,
      'session/state.ts': `import { AuthError } from '../errors.js'`,
      'protocol/grant.ts': `import { wire } from './wire.js'\nimport * as oauth from 'oauth4webapi'`,
      'protocol/wire.ts': ``,
      'environment/store.ts': `import { get } from 'idb-keyval'\nimport { StorageError } from '../errors.js'`,
      'errors.ts': ``,
    }),
  ).toEqual([])
})

it.each([
  ['create-auth-client.ts', 'index.ts'],
  ['flows/a.ts', 'create-auth-client.ts'],
  ['auth-client.ts', 'flows/a.ts'],
  ['session/a.ts', 'auth-client.ts'],
  ['protocol/a.ts', 'session/a.ts'],
  ['environment/a.ts', 'protocol/a.ts'],
  ['errors.ts', 'environment/a.ts'],
  ['errors.ts', 'session/a.ts'],
  ['errors/a.ts', 'environment/a.ts'],
])('finds that %s imports a type of %s above it', (lower, upper) => {
  const specifier = (lower.includes('/') ? '../' : './') + upper.replace('.ts', '.js')
  const [violation] = inCore({ [lower]: `import type { X } from '${specifier}'`, [upper]: '' })
  expect(violation).toContain(`packages/core/src/${lower}:1 imports upward`)
})

it.each([
  ['an inline type', `export type X = import('../flows/a.js').A`],
  ['a re-export', `export * from '../flows/a.js'`],
  ['a re-exported type', `export type { A } from '../flows/a.js'`],
  ['an import()', `export const a = () => import('../flows/a.js')`],
  ['a side effect', `import '../flows/a.js'`],
])('finds an upward import that is written as %s', (_, text) => {
  const [violation] = inCore({ 'session/a.ts': `\n${text}`, 'flows/a.ts': '' })
  expect(violation).toContain('packages/core/src/session/a.ts:2 imports upward')
})

it.each([
  ['a flow', 'flows/a.ts', `import { grant } from '../protocol/grant.js'`],
  ['a flow, half as types', 'flows/a.ts', `import { type Grant } from '../protocol/grant.js'`],
  ['the session', 'session/a.ts', `import { grant } from '../protocol/grant.js'`],
  ['the session by import()', 'session/a.ts', `const g = () => import('../protocol/grant.js')`],
  ['the index', 'index.ts', `export { grant } from './protocol/grant.js'`],
])('finds a value that comes out of protocol into %s', (_, path, text) => {
  const [violation] = inCore({ [path]: text, 'protocol/grant.ts': '' })
  expect(violation).toContain('imports a value of protocol/')
})

it('finds a dependency that is imported outside its room', () => {
  expect(
    inCore({
      'flows/a.ts': `import type { Client } from 'oauth4webapi'`,
      'session/a.ts': `import { get } from 'idb-keyval'`,
      'environment/a.ts': `import axios from 'axios'`,
    }),
  ).toEqual([
    'packages/core/src/flows/a.ts:1 imports oauth4webapi: only protocol/ may',
    'packages/core/src/session/a.ts:1 imports idb-keyval: only environment/ may',
    'packages/core/src/environment/a.ts:1 imports axios: packages/core must not know it',
  ])
})

it('finds a cycle made of types only', () => {
  expect(
    inCore({
      'session/a.ts': `import type { B } from './b.js'`,
      'session/b.ts': `import type { C } from './c.js'`,
      'session/c.ts': `import type { A } from './a.js'`,
    }),
  ).toEqual([
    'import cycle: packages/core/src/session/a.ts → packages/core/src/session/b.ts → packages/core/src/session/c.ts → packages/core/src/session/a.ts',
  ])
})

it('finds a cycle in a package without layers', () => {
  const violations = inPackages({
    'dev-issuer/src/a.ts': `import { b } from './b.js'`,
    'dev-issuer/src/b.ts': `import { a } from './a.js'`,
  })
  expect(violations).toHaveLength(1)
})

it.each([
  ['react', '@latchkey/vue'],
  ['react', '@latchkey/axios'],
  ['vue', '@latchkey/react'],
  ['axios', '@latchkey/dev-issuer'],
  ['axios', 'react'],
  ['core', '@latchkey/axios'],
  ['dev-issuer', '@latchkey/core'],
  ['core', 'node:crypto'],
])('finds that %s knows %s', (name, specifier) => {
  const [violation] = inPackages({ [`${name}/src/index.ts`]: `import '${specifier}'` })
  expect(violation).toContain(`packages/${name} must not know it`)
})

it('finds an import into the inside of core or across folders', () => {
  expect(
    inPackages({
      'vue/src/a.ts': `import { x } from '@latchkey/core/src/errors.js'`,
      'vue/src/b.ts': `import { x } from '../../core/src/errors.js'`,
    }),
  ).toEqual([
    "packages/vue/src/a.ts:1 imports @latchkey/core/src/errors.js: only what core's index and its door for bindings list is public",
    'packages/vue/src/b.ts:1 leaves its package: ../../core/src/errors.js',
  ])
})

it('finds a file of core that is in no room', () => {
  expect(inCore({ 'utilities/a.ts': '' })).toEqual([
    'packages/core/src/utilities/a.ts is in no layer: move it into a room of the house',
  ])
})

it('lets tests import anything, and nothing import a test', () => {
  expect(
    inCore({
      'errors.test.ts': `import { signIn } from './flows/sign-in.js'\nimport * as oauth from 'oauth4webapi'`,
      'flows/sign-in.ts': `import { clock } from '../testing/clock.js'`,
      'testing/clock.ts': `import 'vitest'`,
    }),
  ).toEqual(['packages/core/src/flows/sign-in.ts:1 imports a test: ../testing/clock.js'])
})

it('finds an import() that hides what it imports', () => {
  expect(() => inCore({ 'flows/a.ts': 'import(`../protocol/${name}.js`)' })).toThrow('plain string')
})
