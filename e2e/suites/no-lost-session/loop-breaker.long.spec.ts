import { expectNoLoop, troubles } from '../../support/naive-guard.js'
import { test } from '../../support/test.js'

for (const trouble of troubles)
  test(`S8: a guard that always signs in, met by ${trouble.name}, leaves for the provider twice at most and ends in a typed state`, async ({
    start,
  }) => {
    await expectNoLoop(await start(), trouble)
  })
