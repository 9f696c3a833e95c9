/** Compiles the code blocks of README and docs as an app of this package's users would. */
import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { repositoryRoot } from '../../../tooling/src/repository.js'
import type { Snippet } from '../../../tooling/src/readme-snippets.js'

/** Ignored by git, and beneath the package: imports resolve as in its tests. */
const folder = fileURLToPath(new URL('../../.cache/snippets', import.meta.url))

/** The modules that the pages have their reader write first; each block may import them. */
const modules: Record<string, string> = {
  'auth.ts': `
    import { createAuthClient } from '@latchkey/react'
    import axios from 'axios'
    export const api = axios.create({ baseURL: 'https://api.example.com' })
    export const auth = createAuthClient({
      issuer: 'https://login.example.com', clientId: 'my-spa', redirectUri: '/callback' })`,
  'api.ts': `
    import axios from 'axios'
    export const api = axios.create({ baseURL: 'https://api.example.com' })`,
  'pages.tsx': `
    export function Home() { return <h1>Home</h1> }
    export function Orders() { return <h1>Orders</h1> }
    export function SignInPage() { return <h1>Sign in</h1> }
    export function ErrorPage() { return <h1>Sorry</h1> }`,
}

/** And the recipe for TanStack Query, which is a file of its own for its test. */
const recipe = fileURLToPath(new URL('auth-queries.tsx', import.meta.url))

/** @returns What the compiler says; nothing if all is well. */
export async function compileSnippets(snippets: readonly Snippet[]): Promise<string> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [file, code] of Object.entries(modules)) writeFileSync(join(folder, file), code)
  copyFileSync(recipe, join(folder, 'auth-queries.tsx'))
  const files = snippets.map(({ name, language, code }) => {
    writeFileSync(join(folder, `${name}.${language}`), `${code}\nexport {}\n`)
    return `${name}.${language}`
  })
  const compilerOptions = { noEmit: true, jsx: 'react-jsx', types: ['vite/client'] }
  const config = { extends: '../../../../tsconfig.base.json', compilerOptions, files }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(repositoryRoot, 'node_modules/.bin/tsc')
  const output = await new Promise<string>((resolve) => {
    execFile(tsc, ['-p', folder], (_, stdout, stderr) => resolve(stdout + stderr))
  })
  rmSync(folder, { recursive: true, force: true })
  return output
}
