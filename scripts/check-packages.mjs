// `pnpm check:packages`: the packages as users receive them. Builds and packs each, examines the tarballs, installs
// them into an empty project, type-checks against them and imports them in plain Node.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConsumerProject, importInNode, typeCheck } from './lib/consumer-project.mjs'
import { environmentWithPnpm } from './lib/pnpm.mjs'
import { pack, publishedPackages } from './lib/published-packages.mjs'
import { root } from './lib/root.mjs'
import { run } from './lib/run.mjs'
import { giveUp, say } from './lib/say.mjs'

const pnpm = await environmentWithPnpm()
if (!pnpm) giveUp('pnpm is missing; run "node scripts/prepare.mjs" first.')
const { env } = pnpm
const packages = publishedPackages()
const workplace = mkdtempSync(join(tmpdir(), 'latchkey-packages-'))
let failures = 0

try {
  await build()
  const tarballs = []
  for (const published of packages) {
    const tarball = await pack(published, workplace, env)
    tarballs.push(tarball)
    const [publint, attw] = await Promise.all([
      tool('publint', ['run', tarball, '--strict']),
      tool('attw', [tarball, '--profile', 'esm-only', '--no-emoji']),
    ])
    report(`${published.name} publint`, publint)
    report(`${published.name} types resolve`, attw)
  }
  const project = join(workplace, 'consumer')
  await createConsumerProject(project, tarballs, packages, env)
  for (const published of packages) {
    for (const resolution of /** @type {const} */ (['nodenext', 'bundler'])) {
      report(
        `${published.name} type-checks with ${resolution}`,
        await typeCheck(project, published, resolution),
      )
    }
    for (const entry of published.entries) {
      report(
        `${entry} imports without effects`,
        await importInNode(project, entry, published.frameworks),
      )
    }
  }
} catch (error) {
  report('packages', error instanceof Error ? error.message : String(error))
} finally {
  rmSync(workplace, { recursive: true, force: true })
}
if (failures > 0) giveUp(`${failures} package checks failed.`)

async function build() {
  const filters = packages.flatMap((published) => ['--filter', published.name])
  if (filters.length === 0) return say('no package is written yet, nothing to check')
  const { code, output } = await run('pnpm', [...filters, 'build'], { cwd: root, env, quiet: true })
  if (code !== 0) throw new Error(`the build failed:\n${output}`)
  say(`built ${packages.map((published) => published.name).join(', ')}`)
}

/**
 * Runs a command of the workspace.
 *
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<string>} What it complained about; empty if it was content.
 */
async function tool(command, args) {
  const { code, output } = await run('pnpm', ['exec', command, ...args], {
    cwd: root,
    env,
    quiet: true,
  })
  return code === 0 ? '' : output
}

/**
 * @param {string} what
 * @param {string} fault Empty if all is well.
 */
function report(what, fault) {
  say(`${fault ? 'FAILED' : 'ok    '} ${what}`)
  if (!fault) return
  failures += 1
  process.stdout.write(`${fault.trimEnd()}\n`)
}
