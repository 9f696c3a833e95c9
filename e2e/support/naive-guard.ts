// The mistake of SCENARIOS S8, an app that always signs in, and what it may meet.
import type { Fault, FaultyEndpoint } from '@latchkey/dev-issuer'
import { expect, type Page } from '@playwright/test'
import type { Scene } from './scene.js'

export interface Trouble {
  readonly name: string
  readonly fault?: (scene: Scene) => [FaultyEndpoint, Fault]
  readonly prepare?: (page: Page) => Promise<unknown>
}

const hourMs = 3_600_000

export const troubles: readonly Trouble[] = [
  {
    name: 'a token endpoint without CORS',
    fault: () => ['token', { kind: 'no-cors' }],
  },
  {
    name: 'a user who is turned away',
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
    prepare: (page: Page) => page.clock.install({ time: Date.now() + offMs }),
  })),
  {
    name: 'storage that is blocked',
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

/** It leaves for the provider twice at most, and ends in a typed state that a reload does not change. */
export async function expectNoLoop(scene: Scene, { fault, prepare }: Trouble): Promise<void> {
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
  await expect.poll(() => guardErrors(scene), { timeout: 60_000 }).toContain('sign-in-loop')
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
}

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
