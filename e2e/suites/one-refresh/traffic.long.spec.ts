import type { Scene } from '../../support/scene.js'
import { soak, type Soak } from '../../support/soak.js'
import { expect, test } from '../../support/test.js'

test('S1: twelve tabs, two with an older copy, with tokens of 5 s refresh once per token life in two minutes of traffic', async ({
  start,
}) => {
  const scene = await start({
    issuer: { accessTokenLifetimeSeconds: 5 },
    client: { proactiveRefresh: true },
  })
  await soakInTime(scene, { callsPerSecond: 2, tokenLifeSeconds: 5, until: { minutes: 2 } })
})

test('S1: twelve tabs, two with an older copy, with tokens of 15 s and a slow token endpoint need at most 51 refreshes in ten minutes', async ({
  start,
}) => {
  const scene = await start({
    issuer: { accessTokenLifetimeSeconds: 15 },
    client: { proactiveRefresh: true },
  })
  scene.issuer.onEvent(({ endpoint }) => {
    if (endpoint !== 'token') return
    scene.issuer.faults.clear('token')
    scene.issuer.faults.add('token', { kind: 'delay', delayMs: Math.random() * 1500 })
  })
  await soakInTime(scene, { callsPerSecond: 5, tokenLifeSeconds: 15, until: { minutes: 10 } })
  expect(scene.refreshes().length).toBeLessThanOrEqual(51)
  const overlapping = scene
    .refreshes()
    .filter((event, index, all) => event.at < (all[index - 1]?.endedAt ?? 0))
  expect(overlapping).toEqual([])
})

/** On a machine that keeps up no token grows old on the way, and all tabs have the next one within 300 ms of each other. */
async function soakInTime(scene: Scene, plan: Omit<Soak, 'tabs' | 'older'>): Promise<void> {
  const { failed, slowestMs } = await soak(scene, { tabs: 12, older: 2, ...plan })
  expect(failed).toBe(0)
  expect(slowestMs).toBeLessThanOrEqual(300)
}
