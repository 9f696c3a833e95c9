import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, it } from 'vitest'
import { countLines, findSnippets } from './readme-snippets.js'
import { repositoryRoot } from './repository.js'

// in e2e, whose dependencies are all packages of the family; ignored by git
const folder = join(repositoryRoot, 'e2e/.cache/readme-snippets')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const readmes = [
  'README.md',
  'packages/core/README.md',
  'packages/axios/README.md',
  'docs/service-worker.md',
]
const snippets = readmes.flatMap((path) =>
  findSnippets(readFileSync(join(repositoryRoot, path), 'utf8')).map((snippet) => ({
    path,
    ...snippet,
  })),
)

it('has a first app without a framework in at most 25 lines of at most 100 columns', () => {
  const app = snippets.find(({ path, name }) => path === 'README.md' && name === 'vanilla')!
  expect(countLines(app)).toBeLessThanOrEqual(25)
  expect(Math.max(...app.code.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
})

it('shows only code that compiles', async () => {
  expect(snippets.length).toBeGreaterThan(0)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const files = snippets.map(({ path, name, language, code }) => {
    const file = `${path.replace(/\W/g, '-')}-${name}.${language}`
    writeFileSync(join(folder, file), `${code}\nexport {}\n`)
    return file
  })
  const compilerOptions = { noEmit: true, jsx: 'react-jsx' }
  const config = { extends: '../../../tsconfig.base.json', compilerOptions, files }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(repositoryRoot, 'node_modules/.bin/tsc')
  const run = promisify(execFile)(tsc, ['-p', folder])
  expect(await run.catch((error: { stdout: string }) => error)).toMatchObject({ stdout: '' })
}, 60_000)

it('finds the marked blocks and leaves others alone', () => {
  const markdown =
    '<!-- snippet: a -->\n\n```ts\nx\n\ny\n```\n```ts\nz\n```\n<!-- snippet: b -->\n```tsx\nw\n```'
  const found = findSnippets(markdown)
  expect(found.map(({ name, language }) => `${name} ${language}`)).toEqual(['a ts', 'b tsx'])
  expect(found.map(countLines)).toEqual([2, 1])
})
