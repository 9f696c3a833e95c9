import { soak } from '../../support/soak.js'
import { test } from '../../support/test.js'

test('S1: twelve tabs, two with an older copy, with tokens of 5 s refresh once per token life and lose no call', async ({
  start,
}) => {
  const scene = await start({
    issuer: { accessTokenLifetimeSeconds: 5 },
    client: { proactiveRefresh: true },
  })
  await soak(scene, {
    tabs: 12,
    older: 2,
    callsPerSecond: 2,
    tokenLifeSeconds: 5,
    until: { refreshes: 4 },
  })
})
