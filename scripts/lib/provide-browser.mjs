// Gets a browser for the browser tests onto a machine that has none.
import { existsSync } from 'node:fs'
import { BROWSER_VARIABLE, findBrowser } from './browser.mjs'
import { root } from './root.mjs'
import { run } from './run.mjs'
import { giveUp, say } from './say.mjs'

/**
 * Finds a Chromium or installs one: Playwright's own download, else the distribution's package.
 *
 * @param {NodeJS.ProcessEnv} env An environment in which `pnpm` is there.
 */
export async function provideBrowser(env) {
  if (await isFound()) return
  const named = process.env[BROWSER_VARIABLE]
  if (named) giveUp(`${BROWSER_VARIABLE} names ${named}, which does not run.`)

  say('no Chromium or Chrome here; Playwright downloads its own, which takes a minute or two')
  await attempt('pnpm', ['exec', 'playwright', 'install', 'chromium'], env)
  if (await isFound()) return

  if (isRootOnDebian()) {
    say("no browser from Playwright that runs here; apt-get installs the distribution's Chromium")
    const aptEnv = { ...env, DEBIAN_FRONTEND: 'noninteractive' }
    await attempt('apt-get', ['update'], aptEnv)
    await attempt('apt-get', ['install', '-y', 'chromium'], aptEnv)
    if (await isFound()) return
  }
  giveUp(
    `the browser tests need a browser: please install Chromium or Google Chrome, or name one in ${BROWSER_VARIABLE}, then run the command again.`,
  )
}

async function isFound() {
  const browser = await findBrowser()
  if (browser) say(`browser: ${browser.path}`)
  return browser !== undefined
}

/**
 * Runs a command that may fail; if it does, its last lines say why.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
async function attempt(command, args, env) {
  const options = { cwd: root, env, quiet: true, timeoutMs: 600_000 }
  const { code, output } = await run(command, args, options)
  if (code === 0) return
  say(`"${command} ${args.join(' ')}" failed:`)
  for (const line of output.trim().split('\n').slice(-5)) say(`  ${line}`)
}

function isRootOnDebian() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version')
}
