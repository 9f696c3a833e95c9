import { expect, it } from 'vitest'
import { createFakeLocks } from './testing/fake-locks.js'
import { settled } from './testing/fake-clock.js'
import { createTabGate } from './testing/tab-gate.js'
import { webLocks } from './web-locks.js'

function setUp() {
  const manager = createFakeLocks(queueMicrotask)
  const openTab = (id: string) =>
    webLocks({ navigator: { locks: manager.managerOf(createTabGate(id, queueMicrotask)) } })
  return { manager, one: openTab('tab1'), two: openTab('tab2') }
}

const { signal } = new AbortController()

it('is not available without navigator.locks, and then rejects instead of throwing', async () => {
  for (const scope of [{}, { navigator: {} }, { navigator: { locks: null } }]) {
    const locks = webLocks(scope)
    expect(locks.available).toBe(false)
    await expect(locks.hold('a')).rejects.toThrow(TypeError)
    await expect(locks.isHeld('a')).rejects.toThrow(TypeError)
  }
  expect(setUp().one.available).toBe(true)
})

it('runs one work after the other, in the order they were asked for, and gives their results', async () => {
  const { one, two } = setUp()
  const seen: string[] = []
  const work = (name: string) => async () => {
    seen.push(`${name} begins`)
    await settled()
    seen.push(`${name} ends`)
    return name
  }
  const results = [one, two, one].map((locks, index) =>
    locks.request('a', signal, work(`${index}`)),
  )
  expect(await Promise.all(results)).toEqual(['0', '1', '2'])
  expect(seen).toEqual(['0', '1', '2'].flatMap((name) => [`${name} begins`, `${name} ends`]))
})

it('stops waiting with the reason of the signal, and leaves its place', async () => {
  const { one, two } = setUp()
  const release = await one.hold('a')
  const controller = new AbortController()
  const waiting = two.request('a', controller.signal, async () => expect.unreachable())
  const reason = new Error('enough')
  controller.abort(reason)
  await expect(waiting).rejects.toBe(reason)
  await expect(two.request('a', controller.signal, async () => 1)).rejects.toBe(reason)
  release()
  expect(await two.request('a', signal, async () => 'next')).toBe('next')
})

it('does not stop a work that has begun', async () => {
  const { one } = setUp()
  const controller = new AbortController()
  const working = one.request('a', controller.signal, async () => {
    controller.abort()
    await settled()
    return 'done'
  })
  expect(await working).toBe('done')
})

it('passes on what the work throws, and frees the lock', async () => {
  const { one, two } = setUp()
  const failure = new Error('mine')
  const failing = one.request('a', signal, async () => {
    throw failure
  })
  await expect(failing).rejects.toBe(failure)
  expect(await two.isHeld('a')).toBe(false)
})

it('holds a lock until it is released, once or more', async () => {
  const { one, two } = setUp()
  const release = await one.hold('alive')
  expect([await two.isHeld('alive'), await two.isHeld('other')]).toEqual([true, false])
  release()
  release()
  await settled()
  expect(await two.isHeld('alive')).toBe(false)
  const releaseAgain = await two.hold('alive')
  release()
  await settled()
  expect(await one.isHeld('alive')).toBe(true)
  releaseAgain()
})

it('F10: leaves no unhandled rejection when a lock it holds is stolen', async () => {
  let stolen: (reason: unknown) => void = () => {}
  const locks = webLocks({
    navigator: {
      locks: {
        request: (_name: string, work: () => unknown) => {
          void work()
          return new Promise((_resolve, reject) => (stolen = reject))
        },
      } as unknown as LockManager,
    },
  })
  const unhandled: unknown[] = []
  const note = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', note)
  const release = await locks.hold('a')
  stolen(new DOMException('stolen', 'AbortError'))
  await settled()
  release()
  await settled()
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})

it('F12: rejects when the browser refuses locks to this page', async () => {
  const refusal = new DOMException('opaque origin', 'SecurityError')
  const refuse = () => Promise.reject(refusal)
  const manager: LockManager = { request: refuse, query: refuse }
  const locks = webLocks({ navigator: { locks: manager } })
  await expect(locks.request('a', signal, async () => 1)).rejects.toBe(refusal)
  await expect(locks.hold('a')).rejects.toBe(refusal)
  await expect(locks.isHeld('a')).rejects.toBe(refusal)
  expect(locks.available).toBe(false)
})

it('stays available when a request is only given up', async () => {
  const { one } = setUp()
  const aborted = one.request('a', AbortSignal.abort(), async () => 1)
  await expect(aborted).rejects.toThrow()
  expect(one.available).toBe(true)
})
