import { expect, test } from '../../support/test.js'

test('S14: a token goes to the listed origin and path and to no other URL, however it is written', async ({
  start,
}) => {
  const scene = await start()
  const { origin: api } = scene.api
  const { host: apiHost, port } = new URL(api)
  const { origin: foreign } = scene.foreign
  const { host: foreignHost } = new URL(foreign)
  scene.configure({ resources: [{ url: `${api}/v1` }] })
  const tab = await scene.signIn('/deep/page')
  const answerAll = scene.api.use(() => ({ status: 200, body: {} }))
  scene.api.clearLog()

  const listed = [
    `${api}/v1`,
    `${api}/v1/`,
    `${api}/v1/a?b=c#d`,
    `${api}/v1//a`,
    `${api}/v1/./a`,
    `${api}/v2/../v1/a`,
    `${api}/%2e%2e/v1/a`,
    api.toUpperCase().replace('HTTP', 'hTTp') + '/v1/a',
    ` ${api}/v1/a\n`,
    `//${apiHost}/v1/a`,
    `http:\\\\${apiHost}\\v1\\a`,
    `http://0x7f.1:${port}/v1/a`,
  ]
  const unlisted = [
    `${api}/`,
    `${api}/v10`,
    `${api}/v1x/a`,
    `${api}/V1/a`,
    `${api}/v1/../v2`,
    `${api}/v1/%2e%2e/v2`,
    `${api}/v1/..\\v2`,
    `${api}/%761/a`,
    `${api}/?x=/v1/`,
    `${api}/#/v1/`,
    `${api}//v1/`,
    `http://localhost:${port}/v1/a`,
    `${foreign}/v1/a`,
    `//${foreignHost}/v1/a`,
    `http:\\\\${foreignHost}\\v1\\a`,
    `${foreign}/${api}/v1/a`,
    `${foreign}/?u=${api}/v1/`,
    `http://${apiHost}@${foreignHost}/v1/a`,
    `http://127.0.0.1%2f@${foreignHost}/v1`,
    `https://${apiHost}/v1/a`,
    `ws://${apiHost}/v1/a`,
    `http://${apiHost}.evil.invalid/v1/a`,
    `http://evil.invalid/v1/a`,
    `http://xn--127-0-0-1.invalid/v1/a`,
    `/v1/a`,
    `v1/a`,
    `../v1/a`,
    `?v1/a`,
    `data:application/json,{}`,
    `blob:${api}/v1/0`,
    `javascript:void 0`,
    `about:blank`,
    `http://`,
    `http://[/v1`,
  ]
  const isListed = (path: string) => /^\/v1([/?]|$)/.test(path)
  for (const via of ['axios', 'axios-fetch', 'fetch'] as const) {
    const urls = [...listed, ...unlisted]
    const results = await tab.calls(urls.map((url) => ({ url, via })))
    const urlOf = new Map(results.map(({ id }, index) => [id, urls[index]]))
    // a URL with a person in it is for nobody's token, wherever it leads
    await tab.call({ url: `http://user:word@${apiHost}/v1/person`, via })
    const arrived = scene.api.log.map(({ id, path, headers, fingerprint }) => {
      const isOwed = headers.host === apiHost && isListed(path) && !path.includes('person')
      return {
        url: urlOf.get(id),
        path,
        isRight: isOwed === (fingerprint !== undefined),
      }
    })
    expect(
      arrived.filter(({ isRight }) => !isRight),
      via,
    ).toEqual([])
    // an instance with a base makes paths of what is no absolute URL to axios
    expect(arrived.filter(({ path }) => isListed(path)).length).toBeGreaterThanOrEqual(
      via === 'fetch' ? listed.length : 8,
    )
    scene.api.clearLog()
  }
  expect(scene.foreign.log.length).toBeGreaterThan(0)
  // axios's fetch adapter makes Basic credentials of a URL's userinfo: those are the app's own
  const bearing = scene.foreign.log.filter(({ headers }) =>
    headers.authorization?.startsWith('Bearer'),
  )
  expect(bearing).toEqual([])
  expect(scene.refreshRequests()).toEqual([])
  answerAll()
})

test('S14: a 401 of an origin that is not listed causes no refresh', async ({ start }) => {
  const scene = await start()
  const tab = await scene.signIn()
  scene.foreign.answerWith(401)
  for (const via of ['axios', 'axios-fetch', 'fetch'] as const)
    expect((await tab.call({ url: `${scene.foreign.origin}/x`, via })).status).toBe(401)
  expect(scene.refreshRequests()).toEqual([])
})

test('S14: a redirect to another origin takes no token there', async ({ start }) => {
  const scene = await start()
  const tab = await scene.signIn()
  scene.api.use(({ path }) =>
    path === '/away'
      ? { status: 302, headers: { location: `${scene.foreign.origin}/landed` } }
      : undefined,
  )
  for (const via of ['axios', 'axios-fetch', 'fetch'] as const) await tab.call({ url: 'away', via })
  const landed = scene.foreign.log.filter(({ url }) => url === '/landed')
  expect(landed).toHaveLength(3)
  expect(landed.filter(({ headers }) => headers.authorization !== undefined)).toEqual([])
})

test('S14: an Authorization header of the caller is never replaced', async ({ start }) => {
  const scene = await start()
  const tab = await scene.signIn()
  scene.api.use(() => ({ status: 200, body: {} }))
  for (const via of ['axios', 'axios-fetch', 'fetch'] as const)
    await tab.call({ url: 'own', via, headers: { authorization: 'Basic b3du' } })
  expect(scene.api.log.map(({ headers }) => headers.authorization)).toEqual([
    'Basic b3du',
    'Basic b3du',
    'Basic b3du',
  ])
})
