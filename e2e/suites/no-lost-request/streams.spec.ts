import { launchOptions } from '../../support/launch-options.js'
import { expect, test } from '../../support/test.js'
import { startUploadServer } from '../../support/upload-server.js'

test.use({
  launchOptions: {
    ...launchOptions,
    args: [...(launchOptions.args ?? []), '--ignore-certificate-errors'],
  },
})

test('S13: a stream is sent once: after the refresh its own 401 comes back, and says why', async ({
  start,
}) => {
  const scene = await start()
  const uploads = await startUploadServer(scene.issuer)
  try {
    const url = `${uploads.origin}/upload`
    scene.configure({ resources: [{ url: `${uploads.origin}/` }] })
    const tab = await scene.signIn()
    for (const via of ['axios-fetch', 'fetch'] as const) {
      scene.issuer.expireAccessTokens()
      scene.issuer.clearEvents()
      uploads.clearLog()
      const { status, error } = await tab.sendStream(url, via)
      expect(status, via).toBe(401)
      if (via === 'axios-fetch') expect(error?.authCode).toBe('not-replayable')
      expect(scene.refreshes()).toHaveLength(1)
      // a new stream is for the app to send
      expect((await tab.sendStream(url, via)).status).toBe(200)
      expect(uploads.log).toEqual(['401 streamed as it was', '200 streamed as it was'])
    }
    const told = tab.facts().filter(({ kind, name }) => kind === 'log' && name === 'debug')
    expect(told.map(({ detail }) => detail).join()).toContain('its body can be read only once')

    // of a Request each send gets a copy, and so a stream within it is sent again
    scene.issuer.expireAccessTokens()
    uploads.clearLog()
    expect((await tab.sendStream(url, 'Request')).status).toBe(200)
    expect(uploads.log).toEqual(['401 streamed as it was', '200 streamed as it was'])
  } finally {
    await uploads.close()
  }
})
