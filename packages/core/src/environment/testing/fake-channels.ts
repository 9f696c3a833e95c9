import type { Schedule, TabGate } from './tab-gate.js'

/** The broadcast channels of a simulated browser: to every open channel of the name but the sender itself, later, in order. */
export interface FakeChannels {
  /** A tab's `BroadcastChannel`. */
  constructorOf(gate: TabGate): typeof BroadcastChannel
  leave(gate: TabGate): void
  /** Whether the tab has a channel open. */
  concerns(gate: TabGate): boolean
  /** The next deliveries cannot be read by their receivers (`messageerror`). */
  garble(deliveries: number): void
}

export function createFakeChannels(schedule: Schedule): FakeChannels {
  const open = new Set<Channel>()
  let toGarble = 0

  const post = (from: Channel, message: unknown) => {
    for (const channel of open) {
      if (channel === from || channel.name !== from.name) continue
      channel.inbox.push(structuredClone(message))
      // Whatever is oldest then: a scheduler may change the order of steps, but not of messages.
      schedule(
        () => channel.gate.enter(() => deliver(channel)),
        `${channel.gate.id} hears on ${channel.name}`,
      )
    }
  }

  const deliver = (channel: Channel) => {
    const data = channel.inbox.shift()
    if (!open.has(channel)) return
    if (toGarble > 0) {
      toGarble--
      channel.target.onmessageerror?.()
    } else channel.target.onmessage?.({ data })
  }

  return {
    constructorOf(gate) {
      return class {
        onmessage: Target['onmessage'] = null
        onmessageerror: Target['onmessageerror'] = null
        readonly #channel: Channel

        constructor(name: string) {
          this.#channel = { name, gate, inbox: [], target: this }
          if (!gate.shut) open.add(this.#channel)
        }

        postMessage(message: unknown) {
          if (gate.shut) return
          if (!open.has(this.#channel)) throw new DOMException('closed', 'InvalidStateError')
          post(this.#channel, message)
        }

        close() {
          open.delete(this.#channel)
        }
      } as unknown as typeof BroadcastChannel
    },
    leave(gate) {
      for (const channel of open) if (channel.gate === gate) open.delete(channel)
    },
    concerns: (gate) => [...open].some((channel) => channel.gate === gate),
    garble(deliveries) {
      toGarble = deliveries
    },
  }
}

interface Target {
  onmessage: ((event: { data: unknown }) => void) | null
  onmessageerror: (() => void) | null
}

interface Channel {
  readonly name: string
  readonly gate: TabGate
  readonly inbox: unknown[]
  readonly target: Target
}
