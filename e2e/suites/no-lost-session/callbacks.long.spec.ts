import { ordersOfThree } from '../../support/binding-sign-in.js'
import { test } from '../../support/test.js'
import { finishThreeSignIns } from '../../support/three-sign-ins.js'

for (const order of ordersOfThree)
  test(`S7: three tabs that sign in at once and finish in the order ${order.join(', ')} all end signed in`, async ({
    start,
  }) => {
    await finishThreeSignIns(await start(), order)
  })
