// Which Chromium the suites drive: the one `npm test` has found, the system's, else Playwright's own.
import { existsSync } from 'node:fs'
import type { LaunchOptions } from '@playwright/test'

const systemChromium = '/usr/bin/chromium'

const executablePath =
  process.env['LATCHKEY_CHROMIUM'] ?? (existsSync(systemChromium) ? systemChromium : undefined)

export const launchOptions: LaunchOptions = {
  ...(executablePath && { executablePath }),
  args: [
    '--no-sandbox',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}
