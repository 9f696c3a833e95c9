import { expect, it } from 'vitest'
import { memoryStore } from './memory-store.js'

it('F12: reads, decides and writes as the real store does', async () => {
  const store = memoryStore()
  expect(await store.read('a')).toBeUndefined()
  expect(await store.update('a', (stored) => ({ put: { n: 1 }, result: stored }))).toBeUndefined()
  expect(await store.update('a', (stored) => ({ result: stored }))).toEqual({ n: 1 })
  await store.update('a', () => ({ remove: true, result: undefined }))
  expect(await store.read('a')).toBeUndefined()
})

it('shares no object with its callers', async () => {
  const store = memoryStore()
  const mine = { list: [1] }
  await store.update('a', () => ({ put: mine, result: undefined }))
  mine.list.push(2)
  const read = (await store.read('a')) as typeof mine
  read.list.push(3)
  await store.update('a', (stored) => {
    ;(stored as typeof mine).list.push(4)
    return { result: undefined }
  })
  expect(await store.read('a')).toEqual({ list: [1] })
})

it('passes on what decide throws, and keeps what was stored', async () => {
  const store = memoryStore()
  await store.update('a', () => ({ put: 1, result: undefined }))
  const failure = new Error('mine')
  const update = store.update('a', () => {
    throw failure
  })
  await expect(update).rejects.toBe(failure)
  expect(await store.read('a')).toBe(1)
})

it('loses none of 200 increments made at once, and keeps its records when closed', async () => {
  const store = memoryStore()
  const increment = () =>
    store.update('n', (stored) => ({ put: ((stored as number) ?? 0) + 1, result: undefined }))
  await Promise.all(Array.from({ length: 200 }, increment))
  store.close()
  expect(await store.read('n')).toBe(200)
})
