// The apps of the READMEs, taken from there as they are; only where the servers are is the scene's to say.
import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import { findSnippets } from '../../packages/tooling/src/readme-snippets.js'

const packages = fileURLToPath(new URL('../../packages', import.meta.url))

/** What is made up in the READMEs, and where the page finds the real thing. */
const places = {
  "'https://login.example.com'": 'scene.client.issuer',
  "'my-spa'": 'scene.client.clientId',
  "'https://api.example.com/'": 'scene.apiUrl',
  "'https://api.example.com/orders'": 'new URL("orders", scene.apiUrl).href',
}
const sceneOfPage = `const scene = JSON.parse(document.getElementById('config').textContent)\n`

export function readmeApps(root: string): Plugin {
  const sources: Record<string, () => Promise<string>> = {
    'react-readme/app.tsx': () => appOf('react'),
    'vue-readme/app.ts': () => appOf('vue'),
    'vue-readme-template/app.ts': async () => withTemplate(await appOf('vue')),
    'vue-readme-template/App.vue': async () => inScript(await snippetOf('vue', 'app-template')),
  }
  return {
    name: 'readme-apps',
    enforce: 'pre',
    // asked for from the root by a page, else relative to the file that imports it
    resolveId(source, importer = root) {
      const path = source.startsWith('/') ? join(root, source) : join(importer, '..', source)
      return Object.hasOwn(sources, relative(root, path)) ? path : undefined
    },
    load: (id) => sources[relative(root, id)]?.(),
  }
}

async function appOf(name: string): Promise<string> {
  return sceneOfPage + atScene(await snippetOf(name, 'app'))
}

async function snippetOf(name: string, snippet: string): Promise<string> {
  const readme = await readFile(join(packages, name, 'README.md'), 'utf8')
  const found = findSnippets(readme).find((one) => one.name === snippet)
  if (!found) throw new Error(`The README of ${name} has no snippet "${snippet}".`)
  return found.code
}

function atScene(code: string): string {
  const replaced = Object.entries(places).reduce(
    (text, [made, real]) => text.replaceAll(made, () => real),
    code,
  )
  if (replaced.includes('example.com')) throw new Error(`Made-up places are left:\n${replaced}`)
  return replaced
}

/** The README says "the same with a template": the function `App` becomes a file. */
function withTemplate(app: string): string {
  const code = app.replace(/const App = .*?^\]\n/ms, "import App from './App.vue'\n")
  if (code === app) throw new Error(`No function App in:\n${app}`)
  return code
}

function inScript(component: string): string {
  return component.replace(/(<script[^>]*>\n)(.*?)(<\/script>)/s, (_, open, code, close) =>
    [open, sceneOfPage, atScene(code), close].join(''),
  )
}
