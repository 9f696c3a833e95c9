// A Chromium as people run it: of its tabs one is visible, hidden ones can be frozen, and pages go into the back/forward cache.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, BrowserType } from '@playwright/test'
import { launchOptions } from './launch-options.js'

export interface RealTabs {
  readonly profile: BrowserContext
  close(): Promise<void>
}

/** Playwright keeps all pages visible in a browser it launches itself, and the back/forward cache off. */
export async function launchWithRealTabs(chromium: BrowserType): Promise<RealTabs> {
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-profile-'))
  const child = spawn(launchOptions.executablePath ?? chromium.executablePath(), [
    '--headless',
    ...(launchOptions.args ?? []),
    '--remote-debugging-port=0',
    `--user-data-dir=${directory}`,
    'about:blank',
  ])
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const address = await new Promise<string>((resolve, reject) => {
    let told = ''
    child.stderr.on('data', (text: Buffer) => {
      told += text.toString()
      const [, found] = /DevTools listening on (ws:\S+)/.exec(told) ?? []
      if (found) resolve(found)
    })
    child.once('exit', () => reject(new Error(`Chromium ended: ${told}`)))
  })
  const browser = await chromium.connectOverCDP(address, { noDefaults: true })
  const [profile] = browser.contexts()
  if (!profile) throw new Error('Chromium has no default profile.')
  return {
    profile,
    async close() {
      await browser.close()
      child.kill()
      await ended
      await rm(directory, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
