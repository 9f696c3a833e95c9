import { expect, it } from 'vitest'
import { clientNames } from '../session/client-names.js'
import { memoryModeStore } from './memory-mode-store.js'
import { memoryStore } from './memory-store.js'
import { increment } from './testing/increment.js'

const names = clientNames('https://issuer.test', 'spa', 'requests:')

it('stores the pending requests for the next page, and nothing else', async () => {
  const stored = memoryStore()
  const before = memoryModeStore(stored)
  for (const name of Object.values(names)) await before.update(name, () => ({ put: 1, result: 0 }))
  const after = memoryModeStore(stored)
  const found = await Promise.all(
    Object.entries(names).map(async ([what, name]) => [what, await after.read(name)]),
  )
  expect(found.filter(([, value]) => value !== undefined)).toEqual([['requests', 1]])
  expect(await before.read(names.session)).toBe(1)
})

it('keeps its records for itself alone', async () => {
  const [one, two] = [memoryModeStore(memoryStore()), memoryModeStore(memoryStore())]
  await increment(one)
  expect([await one.read('count'), await two.read('count')]).toEqual([1, undefined])
})
