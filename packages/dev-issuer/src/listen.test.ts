import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { once } from 'node:events'
import { expect, it, onTestFinished } from 'vitest'
import { listenOnLoopback } from './listen.js'

// Not every machine has IPv6.
const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
const hasIpv6 = addresses.some(({ address }) => address === '::1')

it('answers by name and at both loopback addresses', async () => {
  const server = await listenOnLoopback(0, (_request, response) => response.end('here'))
  onTestFinished(() => server.close())

  for (const host of ['localhost', '127.0.0.1', ...(hasIpv6 ? ['[::1]'] : [])]) {
    expect(await (await fetch(`http://${host}:${server.port}/`)).text()).toBe('here')
  }
})

it.skipIf(!hasIpv6)('takes a port on both addresses or on none', async () => {
  const stranger = createServer().listen(0, '::1')
  onTestFinished(() => void stranger.close())
  await once(stranger, 'listening')
  const address = stranger.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0

  await expect(listenOnLoopback(port, () => {})).rejects.toMatchObject({ code: 'EADDRINUSE' })

  const free = createServer().listen(port, '127.0.0.1')
  onTestFinished(() => void free.close())
  await once(free, 'listening')
  expect(free.listening).toBe(true)
})
