import type { Fault, FaultyEndpoint } from '@latchkey/dev-issuer'
import type { Page } from '@playwright/test'
import type { Scene } from '../../support/scene.js'
import { expect, test } from '../../support/test.js'

const hourMs = 3_600_000

/** What goes wrong, and the code of the state it ends in. */
const troubles: readonly {
  readonly name: string
  readonly code: string
  readonly fault?: (scene: Scene) => [FaultyEndpoint, Fault]
  readonly prepare?: (page: Page) => Promise<unknown>
}[] = [
  {
    name: 'a token endpoint without CORS',
    code: 'sign-in-loop',
    fault: () => ['token', { kind: 'no-cors' }],
  },
  {
    name: 'a user who is turned away',
    code: 'sign-in-loop',
    fault: () => [
      'authorization',
      {
        kind: 'redirect',
        rewrite({ searchParams }) {
          searchParams.delete('code')
          searchParams.set('error', 'access_denied')
        },
      },
    ],
  },
  {
    name: 'an ID token that does not hold',
    code: 'sign-in-loop',
    fault: ({ issuer }) => [
      'token',
      {
        kind: 'rewrite',
        rewrite: (json) => ({ ...json, id_token: issuer.signJwt({ iss: 'somebody else' }) }),
      },
    ],
  },
  ...[hourMs, -hourMs, 24 * hourMs, -24 * hourMs].map((offMs) => ({
    name: `a clock that is off by ${offMs / hourMs} h`,
    code: 'sign-in-loop',
    prepare: (page: Page) => page.clock.install({ time: Date.now() + offMs }),
  })),
  {
    name: 'storage that is blocked',
    code: 'sign-in-loop',
    prepare: (page) =>
      page.addInitScript(() => {
        const refuse = () => {
          throw new DOMException('blocked', 'SecurityError')
        }
        for (const name of ['indexedDB', 'localStorage', 'sessionStorage'])
          Object.defineProperty(window, name, { get: refuse })
      }),
  },
]

for (const { name, fault, prepare, code } of troubles)
  test(`S8: a guard that always signs in, met by ${name}, leaves for the provider twice at most and ends in a typed state`, async ({
    start,
  }) => {
    const scene = await start()
    // the provider knows the user: nothing stops the loop there
    const known = await scene.signIn()
    await known.signOut({ endSession: false })
    await known.page.close()
    scene.harness({ naiveGuard: true })
    scene.issuer.clearEvents()
    if (fault) scene.issuer.faults.add(...fault(scene))

    const page = await scene.context.newPage()
    await page.addInitScript(tellRealGestures)
    await prepare?.(page)
    await page.goto(`${scene.app.origin}/guarded?a=1`)
    await expect.poll(() => guardErrors(scene), { timeout: 60_000 }).toContain(code)
    expect(visits(scene)).toBeLessThanOrEqual(2)
    await expect(page.locator('#status')).toHaveText('signed-out')
    const settled = visits(scene)
    await page.reload()
    await expect.poll(() => guardErrors(scene).length).toBeGreaterThan(1)
    expect(visits(scene)).toBe(settled)
    if (!fault) return

    // the user may always try
    scene.issuer.faults.clear()
    await page.click('#sign-in')
    await expect(page.locator('#status')).toHaveText('signed-in')
  })

/** Whatever a test looks at in a page counts as a gesture of the user for Chromium: here only clicks do. */
function tellRealGestures(): void {
  let last = -Infinity
  addEventListener('click', ({ isTrusted }) => void (isTrusted && (last = Date.now())), true)
  Object.defineProperty(navigator, 'userActivation', {
    get: () => ({ isActive: Date.now() - last < 5000 }),
  })
}

/** Top-level navigations to the provider. */
function visits({ issuer }: Scene): number {
  return issuer.events.filter(({ path }) => path === '/authorize').length
}

function guardErrors({ oracle }: Scene): string[] {
  return oracle.facts
    .filter(({ kind, name }) => kind === 'error' && name === 'guard')
    .map(({ detail }) => String((detail as { code?: unknown }).code))
}
