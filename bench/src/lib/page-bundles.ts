// The scripts of the contenders' pages, bundled when a page is first asked for.
import type { ContenderPage, PageKind } from './contenders.js'
import { bundle } from './bundle.js'

const folders: Record<PageKind, string> = {
  session: 'sessions',
  axios: 'interceptors',
  fetch: 'fetches',
}
const openers: Record<PageKind, string> = {
  session: `import { openSessionPage as open } from './pages/session-page.ts'`,
  axios: `import { openAxiosPage as open } from './pages/axios-page.ts'`,
  fetch: `import { openFetchPage as open } from './pages/fetch-page.ts'`,
}

export interface PageScripts {
  entry: string
  files: Map<string, string>
}

const built = new Map<string, Promise<PageScripts>>()

export function scriptsOf(page: ContenderPage): Promise<PageScripts> {
  let scripts = built.get(page.name)
  if (!scripts) built.set(page.name, (scripts = build(page)))
  return scripts
}

async function build({ kind, file }: ContenderPage): Promise<PageScripts> {
  // the contender first: some insist on being the first code of the page
  const chunks = await bundle(
    `import { contender } from './contenders/${folders[kind]}/${file}.ts'
     ${openers[kind]}
     open(contender)`,
  )
  const entry = chunks.find((chunk) => chunk.isEntry)?.fileName ?? ''
  return { entry, files: new Map(chunks.map(({ fileName, code }) => [fileName, code])) }
}
