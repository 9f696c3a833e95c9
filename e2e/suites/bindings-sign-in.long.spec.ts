import { bindingPages, sceneOf } from '../support/binding-pages.js'
import { finishInOrder, ordersOfThree } from '../support/binding-sign-in.js'
import { test } from '../support/test.js'

for (const page of bindingPages)
  test(`S7: sign-ins begun in three tabs end in any of the six orders: ${page.name}`, async ({
    start,
  }) => {
    const scene = await start(sceneOf(page))
    for (const order of ordersOfThree) await finishInOrder(scene, page, order)
  })
