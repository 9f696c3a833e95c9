import type { TokenRequestEvent } from '@latchkey/dev-issuer'
import { startChaos, type Chaos } from '../../support/chaos.js'
import { randomFrom, seedOfRun } from '../../support/random.js'
import type { Scene } from '../../support/scene.js'
import { expect, test } from '../../support/test.js'
import { arrivedTooLate } from '../../support/token-life.js'

const minutes = Number(process.env['LATCHKEY_SOAK_MINUTES'] ?? 10)
const tokenLifeSeconds = 8

test(`twelve tabs in trouble of every kind for ${minutes} minutes keep their session, refresh one at a time, and hang nowhere`, async ({
  start,
}) => {
  test.setTimeout((minutes + 5) * 60_000)
  const seed = seedOfRun()
  const random = randomFrom(seed)
  const scene = await start({
    // whoever finds a dead tab's refresh may try its refresh token once more
    issuer: { accessTokenLifetimeSeconds: tokenLifeSeconds, refreshTokenGraceSeconds: 120 },
    client: { proactiveRefresh: true },
  })
  const startedAt = Date.now()
  const chaos = await startChaos(scene, { tabs: 12, callsPerSecond: 1, random })
  while (Date.now() - startedAt < minutes * 60_000) {
    await chaos.act()
    await new Promise((resolve) => setTimeout(resolve, random() * 1500 + 300))
  }
  chaos.end()

  // all come to rest with one token, soon after the trouble is over
  for (const tab of chaos.tabs) {
    await tab.tellOnline()
    await expect.poll(async () => (await tab.call('at the end')).status).toBe(200)
    await tab.stopTraffic()
  }
  const { postponed, refused } = failures(scene, chaos)
  // a token that lives is never refused; and hardly a call is refused twice because its tokens grew old on the way
  expect(scene.api.log.filter((call) => call.status === 401 && !arrivedTooLate(call))).toEqual([])
  expect(signedOut(scene)).toEqual([])
  const requests = scene.refreshRequests()
  expectOneAtATime(requests, chaos)
  expect(scene.issuer.reuseDetections).toBe(0)
  expect(requests.filter(({ result }) => result === 'invalid_grant')).toEqual([])
  // the trouble was not such that nothing went on
  const answered = scene.api.log.filter(({ status }) => status === 200).length
  expect(answered).toBeGreaterThan(postponed)
  expect(refused).toBeLessThanOrEqual(answered / 100)

  const spanSeconds = (Date.now() - startedAt) / 1000
  const reused = requests.filter(({ reuse }) => reuse === 'within-grace').length
  const granted = scene.refreshes().length
  // one a token life; and once more for each answer that was lost, and each jump of the clock
  expect(granted).toBeLessThanOrEqual(
    spanSeconds / (tokenLifeSeconds * 0.8) + reused + 2 * (chaos.counts['clock jump'] ?? 0) + 1,
  )
  tell({
    seed: seed - 1,
    seconds: Math.round(spanSeconds),
    answered,
    refused,
    postponed,
    refreshRequests: requests.length,
    granted,
    reusedWithinGrace: reused,
    ...chaos.counts,
  })
})

/** What the app saw of failing calls: how many had to wait for a refresh in vain, and how many were refused. */
function failures({ oracle }: Scene, { ends }: Chaos): { postponed: number; refused: number } {
  const isEnding = (page: unknown, at: number) =>
    ends.some((end) => end.page === page && at >= end.from && at <= end.to)
  const codes = oracle.facts
    .filter(
      ({ kind, name, page, at }) => kind === 'error' && name === 'thrown' && !isEnding(page, at),
    )
    .map(({ detail }) => String((detail as [{ code?: unknown }])[0].code))
  const known = ['refresh-postponed', 'ERR_BAD_REQUEST']
  expect(codes.filter((code) => !known.includes(code))).toEqual([])
  const postponed = codes.filter((code) => code === 'refresh-postponed').length
  return { postponed, refused: codes.length - postponed }
}

/** What no page may have shown once it was signed in. */
function signedOut({ oracle }: Scene): string[] {
  const known = new Set<unknown>()
  return oracle.facts
    .filter(({ kind, name, page }) => {
      if (kind === 'state' && name === 'signed-in') known.add(page)
      const isOut = kind === 'state' && name === 'signed-out' && known.has(page)
      return isOut || (kind === 'event' && (name === 'session-ended' || name === 'signed-out'))
    })
    .map(({ name, at }) => `${name} at ${at}`)
}

/** A refresh token is sent again only if the tab that sent it has ended meanwhile, or the line broke. */
function expectOneAtATime(requests: readonly TokenRequestEvent[], { ends }: Chaos): void {
  const isExcused = (sent: TokenRequestEvent, again: TokenRequestEvent) =>
    sent.fault?.kind === 'drop' ||
    sent.fault?.kind === 'cut-body' ||
    ends.some(({ from }) => from >= sent.at - 1000 && from <= again.at)
  for (const [index, again] of requests.entries())
    for (const sent of requests.slice(0, index)) {
      const isSame = sent.refreshTokenGeneration === again.refreshTokenGeneration
      const isBothAtOnce = (sent.endedAt ?? Infinity) > again.at
      const isSpent = sent.result === 'granted' && isSame
      if (isBothAtOnce || isSpent)
        expect(isExcused(sent, again), JSON.stringify([sent, again])).toBe(true)
    }
}

function tell(counts: Record<string, number>): void {
  const description = JSON.stringify(counts)
  test.info().annotations.push({ type: 'soak', description })
  process.stdout.write(`soak ${description}\n`)
}
