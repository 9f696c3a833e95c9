// Finds a Chromium for the browser tests, without installing anything.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from './run.mjs'

/** The environment variable with the browser to use: the path of a Chromium or Chrome. */
export const BROWSER_VARIABLE = 'LATCHKEY_CHROMIUM'

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
]

/**
 * Finds a browser that runs: the one named by LATCHKEY_CHROMIUM, the system's, else Playwright's own.
 *
 * @returns {Promise<{ path: string, whose: 'named' | 'system' | 'playwright' } | undefined>}
 */
export async function findBrowser() {
  const named = process.env[BROWSER_VARIABLE]
  // A browser somebody asked for by name is never silently replaced by another.
  if (named) return (await runs(named)) ? { path: named, whose: 'named' } : undefined

  for (const path of [...onPath(COMMANDS), ...APPLICATIONS]) {
    if (existsSync(path) && (await runs(path))) return { path, whose: 'system' }
  }
  const path = await playwrightsOwn()
  return path && existsSync(path) && (await runs(path)) ? { path, whose: 'playwright' } : undefined
}

/** @param {string[]} commands */
function onPath(commands) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return commands.flatMap((command) => folders.map((folder) => join(folder, command)))
}

/**
 * Asks for its version: a wrapper without the program, or one that lacks libraries, fails here and not in a test.
 *
 * @param {string} path
 */
async function runs(path) {
  // Chrome on Windows answers no --version; it opens a window.
  if (process.platform === 'win32') return existsSync(path)
  const { code } = await run(path, ['--version'], { quiet: true, timeoutMs: 30_000 })
  return code === 0
}

async function playwrightsOwn() {
  try {
    const { chromium } = await import('@playwright/test')
    return chromium.executablePath()
  } catch {
    return undefined
  }
}
