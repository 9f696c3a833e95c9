// The demo as a production server would send it, once per worker; what breaks its Content-Security-Policy is heard.
import { test as base } from '@playwright/test'
import { startDemo, type Demo } from 'latchkey-demo-app'

interface WorkerFixtures {
  demo: Demo
}

interface Fixtures {
  /** What the browser refused because of the policy, in all pages of the test. */
  violations: string[]
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  demo: [
    // Playwright insists on a pattern, though nothing else is needed
    async ({ playwright: _playwright }, use) => {
      // Playwright's `test` would give a build that is neither for production nor for development.
      const { NODE_ENV } = process.env
      delete process.env['NODE_ENV']
      const demo = await startDemo({
        port: 0,
        issuerPort: 0,
        apiPort: 0,
        build: true,
        // what refreshes, and when, is the test's to say
        accessTokenLifetimeSeconds: 3600,
      })
      if (NODE_ENV !== undefined) process.env['NODE_ENV'] = NODE_ENV
      await use(demo)
      await demo.close()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  violations: [
    async ({ context }, use) => {
      const violations: string[] = []
      context.on('console', (message) => {
        if (/Content Security Policy|TrustedScript|Trusted Type/i.test(message.text()))
          violations.push(message.text())
      })
      await use(violations)
    },
    { auto: true },
  ],
})
