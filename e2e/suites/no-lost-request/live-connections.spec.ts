import { feedKinds } from '../../pages/harness/feed-driver.js'
import { startLiveServer, type LiveServer } from '../../support/live-server.js'
import { expect, test } from '../../support/test.js'

test('a WebSocket, an EventSource and a fetch stream have a fresh token at each connect, hear of the next, and end with the user', async ({
  start,
}) => {
  const scene = await start()
  const live = await startLiveServer(scene.issuer)
  const url = `${live.origin}/`
  try {
    scene.configure({ resources: [{ url: `${scene.api.origin}/` }, { url }] })
    const tab = await scene.signIn('/notes')
    await tab.page.clock.install()
    const first = fingerprintIn(await tab.token())
    for (const kind of feedKinds) await tab.follow(kind, url)
    for (const kind of feedKinds)
      await expect.poll(() => lastOf(live, kind)).toBe(`opened ${first}`)
    live.send('one')
    for (const kind of feedKinds) await expect.poll(() => tab.notesOf(kind)).toEqual(['one'])

    // cut, and the token revoked long before its time: refused where it is tried again, then another one
    scene.issuer.expireAccessTokens()
    live.cut()
    await expect
      .poll(async () => {
        await tab.page.clock.runFor(250)
        return feedKinds.filter((kind) => lastOf(live, kind)?.startsWith('opened'))
      })
      .toEqual(feedKinds)
    const second = fingerprintIn(await tab.token())
    expect(second).not.toBe(first)
    expect(feedKinds.map((kind) => lastOf(live, kind))).toEqual(
      feedKinds.map(() => `opened ${second}`),
    )
    expect(scene.refreshes()).toHaveLength(1)
    live.send('two')
    for (const kind of feedKinds) await expect.poll(() => tab.notesOf(kind)).toContain('two')

    // a minute before the token expires the next one is there: told on a connection that can hear it, else by a new connection
    await tab.page.clock.fastForward('00:59:30')
    await expect
      .poll(async () => {
        await tab.page.clock.runFor(250)
        return fingerprintIn(await tab.token())
      })
      .not.toBe(second)
    expect(scene.refreshes()).toHaveLength(2)
    const third = fingerprintIn(await tab.token())
    await expect.poll(() => lastOf(live, 'websocket')).toBe(`told ${third}`)
    await expect
      .poll(async () => {
        await tab.page.clock.runFor(250)
        return lastOf(live, 'fetch-stream')
      })
      .toBe(`opened ${third}`)
    // the ticket outlives the token
    expect(lastOf(live, 'event-source')).toBe(`opened ${second}`)
    // whoever comes first finds that the token is revoked; none tries it twice, and never another
    const refused = live.log.filter(({ what }) => what === 'refused')
    expect(new Set(refused.map(({ fingerprint }) => fingerprint))).toEqual(new Set([first]))
    for (const wanted of feedKinds)
      expect(refused.filter(({ kind }) => kind === wanted).length).toBeLessThanOrEqual(1)

    await tab.signOut({ endSession: false })
    for (const kind of feedKinds) expect(await tab.endOf(kind)).toBe('signed-out')
    for (const kind of feedKinds) await expect.poll(() => lastOf(live, kind)).toBe('closed')
    const opened = live.log.filter(({ what }) => what === 'opened').length
    await tab.page.clock.runFor(120_000)
    expect(live.log.filter(({ what }) => what === 'opened')).toHaveLength(opened)
  } finally {
    await live.close()
  }
})

function fingerprintIn(token: object): string {
  expect(token).toHaveProperty('fingerprint')
  return (token as { fingerprint: string }).fingerprint
}

/** The last thing that happened to the connection of this kind. */
function lastOf({ log }: LiveServer, wanted: string): string | undefined {
  const last = log.filter(({ kind }) => kind === wanted).at(-1)
  return last && [last.what, last.fingerprint].filter(Boolean).join(' ')
}
