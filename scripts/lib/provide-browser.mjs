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
  if (await found()) return
  const named = process.env[BROWSER_VARIABLE]
  if (named) giveUp(`${BROWSER_VARIABLE} names ${named}, which does not run.`)

  say('no Chromium or Chrome found; asking Playwright for its own (playwright install chromium)')
  await run('pnpm', ['exec', 'playwright', 'install', 'chromium'], {
    cwd: root,
    env,
    timeoutMs: 600_000,
  })
  if (await found()) return

  if (isRootOnDebian()) {
    say(
      "Playwright's download gives no browser that runs here; installing the system's package (apt-get install chromium)",
    )
    const aptEnv = { ...env, DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update'], { env: aptEnv })
    await run('apt-get', ['install', '-y', 'chromium'], { env: aptEnv })
    if (await found()) return
  }
  giveUp(
    `the browser tests need a browser: please install Chromium or Google Chrome, or name one in ${BROWSER_VARIABLE}, then run the command again.`,
  )
}

async function found() {
  const browser = await findBrowser()
  if (browser) say(`browser: ${browser.path}`)
  return browser !== undefined
}

function isRootOnDebian() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version')
}
