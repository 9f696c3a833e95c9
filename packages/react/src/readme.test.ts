// @vitest-environment node
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { countLines, findSnippets } from '../../tooling/src/readme-snippets.js'
import { repositoryRoot } from '../../tooling/src/repository.js'
import { compileSnippets } from './test-support/compile-snippets.js'

/** This package's pages, and what speaks of React on the pages for everybody. */
const pages = [
  'packages/react/README.md',
  'docs/getting-started-react.md',
  'docs/migrating-from-auth0-react.md',
  'docs/migrating-from-keycloak-js.md',
  'docs/migrating-from-msal-react.md',
  'docs/migrating-from-react-oidc-context.md',
  'docs/routers.md',
  'docs/ssr.md',
  'docs/tanstack-query.md',
]
const snippets = pages.flatMap((path) =>
  findSnippets(readFileSync(join(repositoryRoot, path), 'utf8'))
    .filter(({ name }) => !name.startsWith('vue'))
    .map((snippet) => ({ ...snippet, name: `${path.replace(/\W/g, '-')}-${snippet.name}` })),
)

it('has a whole app in at most 15 lines of at most 100 columns', () => {
  const app = snippets.find(({ name }) => name === 'packages-react-README-md-app')!
  expect(countLines(app)).toBeLessThanOrEqual(15)
  expect(Math.max(...app.code.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
})

it('shows only code that compiles', async () => {
  for (const page of pages)
    expect(
      snippets.some(({ name }) => name.startsWith(page.replace(/\W/g, '-'))),
      page,
    ).toBe(true)
  expect(await compileSnippets(snippets)).toBe('')
}, 300_000)
