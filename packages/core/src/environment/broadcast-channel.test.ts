import { expect, it, onTestFinished } from 'vitest'
import { broadcastChannel, type ChannelScope } from './broadcast-channel.js'
import { settled } from './testing/fake-clock.js'

function openChannel(name: string) {
  const heard: unknown[] = []
  const channel = broadcastChannel(globalThis, name)
  const open = () => channel.open((message) => heard.push(message))
  open()
  onTestFinished(() => channel.close())
  return { ...channel, reopen: open, heard }
}

/** Until a message that was posted last has arrived there. */
async function arrives(heard: unknown[], message: unknown): Promise<void> {
  while (!heard.some((one) => one === message)) await settled()
}

it('carries messages to the others of its name, not to itself', async () => {
  const [one, two, other] = [openChannel('a'), openChannel('a'), openChannel('b')]
  one.post({ generation: 3 })
  one.post('last')
  await arrives(two.heard, 'last')
  expect([one.heard, two.heard, other.heard]).toEqual([[], [{ generation: 3 }, 'last'], []])
})

it('is silent when closed, and hears again when opened again', async () => {
  const [one, two] = [openChannel('c'), openChannel('c')]
  const witness = openChannel('c')
  two.close()
  two.close()
  two.post('into nothing')
  one.post('missed')
  await arrives(witness.heard, 'missed')
  two.reopen()
  two.reopen()
  one.post('heard')
  await arrives(two.heard, 'heard')
  expect([one.heard, two.heard]).toEqual([[], ['heard']])
})

it('does not throw when a message cannot be cloned', () => {
  const channel = openChannel('d')
  expect(() => channel.post(() => {})).not.toThrow()
})

it('tells as undefined that a message could not be read', () => {
  const made: BroadcastChannel[] = []
  class Watched extends BroadcastChannel {
    constructor(name: string) {
      super(name)
      made.push(this)
    }
  }
  const heard: unknown[] = []
  const channel = broadcastChannel({ BroadcastChannel: Watched }, 'e')
  channel.open((message) => heard.push(message))
  made[0]!.dispatchEvent(new Event('messageerror'))
  channel.close()
  expect(heard).toEqual([undefined])
})

it('F12: does nothing where channels are absent or refused', () => {
  function Refused() {
    throw new DOMException('denied', 'SecurityError')
  }
  for (const scope of [{}, { BroadcastChannel: Refused }]) {
    const channel = broadcastChannel(scope as unknown as ChannelScope, 'f')
    expect(() => {
      channel.open(() => {})
      channel.post(1)
      channel.close()
    }).not.toThrow()
  }
})
