// Installs the dependencies from the lockfile, unless they are there already.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { environmentWithPnpm, pinnedPnpmVersion } from './pnpm.mjs'
import { root } from './root.mjs'
import { run } from './run.mjs'
import { giveUp, inWords, say } from './say.mjs'

/**
 * Installs what the lockfile lists.
 *
 * @returns {Promise<NodeJS.ProcessEnv>} An environment in which `pnpm` is the pinned one.
 */
export async function installDependencies() {
  const version = pinnedPnpmVersion()
  const pnpm = await environmentWithPnpm()
  if (!pnpm) {
    giveUp(
      `pnpm ${version} is neither on the PATH nor could npm download it; check the network and npm's registry, or run "npm install --global pnpm@${version}".`,
    )
  }
  if (isInstalled()) return pnpm.env

  say(
    `installing the dependencies with pnpm ${version} ${pnpm.found === 'path' ? 'from the PATH' : 'downloaded by npm'}`,
  )
  const startedAt = performance.now()
  // A node_modules that another package manager left behind is replaced without asking: nobody can answer.
  const args = ['install', '--frozen-lockfile', '--config.confirm-modules-purge=false']
  const { code } = await run('pnpm', args, { cwd: root, env: pnpm.env })
  if (code !== 0) {
    giveUp('the dependencies could not be installed; what pnpm printed above says why.')
  }
  say(`dependencies installed in ${inWords(performance.now() - startedAt)}`)
  return pnpm.env
}

/** pnpm keeps a copy of the lockfile it installed from: when they are equal there is nothing to do. */
function isInstalled() {
  const installed = join(root, 'node_modules/.pnpm/lock.yaml')
  if (!existsSync(installed) || !existsSync(join(root, 'packages/core/node_modules'))) return false
  return readFileSync(installed, 'utf8') === readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')
}
