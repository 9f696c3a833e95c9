/** The end of a run: everything works again, and then everybody must have come to the same. */
import { AuthError, RefreshPostponedError } from '../../errors.js'
import { readRecord, type Findings } from './model-findings.js'
import type { TabStrip } from './model-strip.js'
import { names, type SimulatedPage, type SimulatedWorld } from './simulated-world.js'

export async function comeToAnEnd(
  world: SimulatedWorld,
  strip: TabStrip,
  findings: Findings,
  waiting: ReadonlyMap<SimulatedPage, ReadonlySet<string>>,
): Promise<void> {
  const { clock, server, browser } = world
  await clock.advance(5000)
  browser.store.heal()
  server.fates.length = 0
  server.lifetimeMs = 300_000
  server.latencyMs = () => 50
  for (const { page } of strip.slots) page.tab.store.heal()
  strip.wakeAll()
  await clock.advance(120_000)
  for (const [{ tab }, still] of waiting)
    for (const what of tab.isOpen ? still : []) findings.add('every-waiter-settles', what)
  // the longest stop, and the slowest retries
  await clock.advance(400_000)
  for (const { page } of strip.slots) page.tab.show()
  await clock.advance(20_000)
  await compareTabs(world, strip, findings)
  checkWords(world, strip, findings)
}

async function compareTabs(
  world: SimulatedWorld,
  { slots, gone }: TabStrip,
  findings: Findings,
): Promise<void> {
  const { clock, browser } = world
  const stored = () => readRecord(browser.store.peek(names.session))
  const differences = (tokens: (string | undefined)[]) => {
    const record = stored()
    const token = record?.state === 'signed-in' ? record.accessTokens['']?.value : undefined
    return slots.flatMap(({ page }, index) => {
      const { status } = page.auth.state
      const isIn = status === 'signed-in'
      return isIn !== (token !== undefined) || (isIn && tokens[index] !== token)
        ? `${page.tab.id} is ${status} with ${tokens[index]}, the store has ${token}`
        : []
    })
  }
  let found: string[] = []
  // a refresh may be on its way just now
  for (let tries = 0; tries < 4 && (tries === 0 || found.length > 0); tries++) {
    const tokens = await Promise.all(slots.map(({ page }) => tokenOf(world, page, findings)))
    await clock.advance(2000)
    found = differences(tokens)
  }
  for (const difference of found) findings.add('all-agree', difference)
  const record = stored()
  if (record?.state === 'signed-in' && gone.has(record.sessionId))
    findings.add('sign-out-is-final', `${record.sessionId} lives`)
  if (!record && !findings.isStoreDestroyed && !findings.hasSignOut())
    findings.add('no-lost-session', 'the record is gone')
}

async function tokenOf(
  world: SimulatedWorld,
  page: SimulatedPage,
  findings: Findings,
  tries = 7,
): Promise<string | undefined> {
  const { clock } = world
  try {
    return await clock.until(page.auth.getAccessToken(), 120_000)
  } catch (error) {
    // without Web Locks a dead owner is known by 45 s of silence
    if (error instanceof RefreshPostponedError && tries > 0) {
      await clock.advance(1000)
      return tokenOf(world, page, findings, tries - 1)
    }
    if (error instanceof RefreshPostponedError)
      findings.add('all-agree', `${page.tab.id} still postpones: ${error.message}`)
    else if (!(error instanceof AuthError))
      findings.add('every-waiter-settles', `${page.tab.id}: ${String(error)}`)
    return undefined
  }
}

/** No word to the app or to other pages has a token in it. */
function checkWords(world: SimulatedWorld, { slots }: TabStrip, findings: Findings): void {
  for (const { page } of slots)
    if (JSON.stringify([page.auth.state, page.events.map(inWords)]).includes('secret-'))
      findings.add('no-secrets-told', `${page.tab.id} told its app`)
  const marker = world.browser.localStorage.getItem(names.shared)
  if (marker?.includes('secret-')) findings.add('no-secrets-told', marker)
}

/** An event with the texts of its errors, which JSON would leave out. */
function inWords({ type, event }: SimulatedPage['events'][number]): unknown {
  const texts: string[] = []
  const error = (event as { error?: unknown }).error
  for (let cause = error; cause instanceof Error; cause = cause.cause) texts.push(cause.message)
  return { type, event, texts }
}
