// An app as a new user makes it: the template of `npm create vite`, our packed packages, and what our pages say to write.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findSnippets } from '../../packages/tooling/src/readme-snippets.js'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const published = ['core', 'axios', 'react', 'vue']

/** What our pages make up, and what is there instead. */
export type Places = Readonly<Record<string, string>>

export interface TemplateApp {
  readonly framework: 'react' | 'vue'
  readonly folder: string
  /** Writes what a page says to write, each block into the file that is named before it. */
  follow(page: string, places: Places): Promise<void>
  /** Writes one block of a page into a file. */
  write(file: string, page: string, snippet: string, places: Places): Promise<void>
  /** As an editor saves a change. */
  edit(file: string, change: (text: string) => string): Promise<void>
  /** Runs a command of the project to its end. @throws {Error} It failed; with what it said. */
  run(...command: readonly string[]): Promise<string>
  /** Starts Vite (`dev` or `preview`) at a port. Gives the function that ends it. */
  serve(script: 'dev' | 'preview', port: number): Promise<() => Promise<void>>
  /** Ends what still runs, and removes the folder. */
  remove(): Promise<void>
}

/** Builds and packs the packages of this workspace. Returns the tarballs and how to be rid of them. */
export async function packPackages(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-packed-'))
  for (const name of published) {
    const cwd = join(repository, 'packages', name)
    await runIn(cwd, ['pnpm', 'run', 'build'])
    await runIn(cwd, ['pnpm', 'pack', '--out', join(folder, `${name}.tgz`)])
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

export async function createTemplateApp(
  framework: TemplateApp['framework'],
  packed: string,
): Promise<TemplateApp> {
  const parent = await mkdtemp(join(tmpdir(), `latchkey-${framework}-`))
  const folder = join(parent, 'my-app')
  const template = ['--', '--template', `${framework}-ts`, '--no-interactive']
  await runIn(parent, ['npm', 'create', '--yes', 'vite@latest', 'my-app', ...template])
  const ours = ['core', 'axios', framework].map((name) => join(packed, `${name}.tgz`))
  const router = framework === 'react' ? 'react-router' : 'vue-router'
  await runIn(folder, ['npm', 'install', '--no-audit', '--no-fund', ...ours, 'axios', router])

  const running = new Set<() => Promise<void>>()

  async function put(file: string, code: string, places: Places): Promise<void> {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), fillIn(code, places))
  }

  return {
    framework,
    folder,
    async follow(page, places) {
      const text = await readFile(join(repository, page), 'utf8')
      for (const { name, code } of findSnippets(text)) {
        const file = fileNamedBefore(text, name)
        if (file) await put(file, code, places)
      }
    },
    async write(file, page, snippet, places) {
      const text = await readFile(join(repository, page), 'utf8')
      const found = findSnippets(text).find(({ name }) => name === snippet)
      if (!found) throw new Error(`${page} has no block "${snippet}".`)
      await put(file, found.code, places)
    },
    async edit(file, change) {
      const text = await readFile(join(folder, file), 'utf8')
      const changed = change(text)
      if (changed === text) throw new Error(`Nothing to change in ${file}.`)
      await writeFile(join(folder, file), changed)
    },
    run: (...command) => runIn(folder, command),
    async serve(script, port) {
      const stop = await serve(folder, script, port)
      running.add(stop)
      return stop
    },
    async remove() {
      for (const stop of running) await stop()
      await rm(parent, { recursive: true, force: true })
    },
  }
}

/** A port that is free now: the redirect URI must be known before the app is served there. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** The prose before a block of code says where it belongs; a block that is only an example names no file. */
function fileNamedBefore(page: string, snippet: string): string | undefined {
  const before = page.slice(0, page.indexOf(`<!-- snippet: ${snippet} -->`))
  const prose = before.slice(Math.max(before.lastIndexOf('```\n'), before.lastIndexOf('\n## ')))
  return [...prose.matchAll(/`(src\/[\w./-]+)`/g)].at(-1)?.[1]
}

function fillIn(code: string, places: Places): string {
  const filled = Object.entries(places).reduce(
    (text, [made, real]) => text.replaceAll(made, real),
    code,
  )
  if (filled.includes('example.com')) throw new Error(`Made-up places are left:\n${filled}`)
  return filled
}

function runIn(cwd: string, command: readonly string[]): Promise<string> {
  const child = start(cwd, command)
  return new Promise((resolve, reject) => {
    const output = listen(child)
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(output())
      else reject(new Error(`${command.join(' ')} failed:\n${output().slice(-4000)}`))
    })
  })
}

async function serve(
  cwd: string,
  script: 'dev' | 'preview',
  port: number,
): Promise<() => Promise<void>> {
  const vite = join(cwd, 'node_modules/vite/bin/vite.js')
  const options = ['--port', String(port), '--strictPort']
  const child = start(cwd, [
    process.execPath,
    vite,
    ...(script === 'dev' ? [] : [script]),
    ...options,
  ])
  const output = listen(child)
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', () => output().includes(`:${port}`) && resolve())
    void closed.then(() => reject(new Error(`Vite did not start:\n${output()}`)))
  })
  return async () => {
    child.kill()
    await closed
  }
}

/** Nothing of the test run's own environment that would change a build; and no colours: what is said is read. */
function start(cwd: string, [program = '', ...options]: readonly string[]): ChildProcess {
  const { NODE_ENV: _, NODE_OPTIONS: __, FORCE_COLOR: ___, ...rest } = process.env
  const env = { ...rest, NO_COLOR: '1' }
  return spawn(program, options, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
}

function listen(child: ChildProcess): () => string {
  let output = ''
  child.stdout?.on('data', (chunk) => (output += String(chunk)))
  child.stderr?.on('data', (chunk) => (output += String(chunk)))
  return () => output
}
