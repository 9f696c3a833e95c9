/** Compiles the code blocks of README and docs, templates included, as an app of this package's users would. */
import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { repositoryRoot } from '../../../tooling/src/repository.js'
import type { Snippet } from '../../../tooling/src/readme-snippets.js'

/** Ignored by git, and beneath the package: imports resolve as in its tests. */
const folder = fileURLToPath(new URL('../../.cache/snippets', import.meta.url))
/** The demo app has the compiler that knows templates. */
const compiler = join(repositoryRoot, 'demo-app/node_modules/.bin/vue-tsc')

const component = '<template><h1>A page</h1></template>'

/** The modules that the pages have their reader write first; each block may import them. */
const modules: Record<string, string> = {
  'auth.ts': `
    import { createAuthClient } from '@latchkey/vue'
    import axios from 'axios'
    export const api = axios.create({ baseURL: 'https://api.example.com' })
    export const auth = createAuthClient({
      issuer: 'https://login.example.com', clientId: 'my-spa', redirectUri: '/callback' })`,
  'router.ts': `
    import { createRouter, createWebHistory } from 'vue-router'
    export const router = createRouter({ history: createWebHistory(), routes: [] })`,
  'App.vue': component,
  'Home.vue': component,
  'Orders.vue': component,
}

/** @returns What the compiler says; nothing if all is well. */
export async function compileSnippets(snippets: readonly Snippet[]): Promise<string> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [file, code] of Object.entries(modules)) writeFileSync(join(folder, file), code)
  for (const { name, language, code } of snippets) {
    const ending = language === 'vue' ? '' : '\nexport {}\n'
    writeFileSync(join(folder, `${name}.${language}`), code + ending)
  }
  const compilerOptions = { noEmit: true, types: ['vite/client'] }
  const vueCompilerOptions = { strictTemplates: true }
  const config = { extends: '../../../../tsconfig.base.json', compilerOptions, vueCompilerOptions }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...config, include: ['*'] }))
  const output = await new Promise<string>((resolve) => {
    execFile(compiler, ['-p', folder], (_, stdout, stderr) => resolve(stdout + stderr))
  })
  rmSync(folder, { recursive: true, force: true })
  return output
}
