/** The live ends of an API (a WebSocket, an event stream), and the browser's classes for them where Node has none. */
import { createHash } from 'node:crypto'
import { get, request, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'

/** Answers upgrades: tells each text message, and gives the connection. Messages are short. */
export function acceptWebSockets(
  server: Server,
  onMessage: (message: string, connection: { send(message: string): void; close(): void }) => void,
): void {
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex) => {
    const accept = createHash('sha1')
      .update(`${incoming.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    const connection = {
      send: (message: string) => void socket.write(encodeFrame(message)),
      close: () => void socket.end(),
    }
    socket.on(
      'data',
      readFrames((message) => onMessage(message, connection)),
    )
    socket.on('error', () => socket.destroy())
    socket.on('end', () => socket.end())
  })
}

/** As much of the browser's WebSocket as the recipe uses. */
export class TestWebSocket {
  onopen: (() => void) | undefined
  onmessage: ((event: { data: string }) => void) | undefined
  onclose: (() => void) | undefined
  #socket: Duplex | undefined

  constructor(url: string) {
    const upgrade = request(url.replace(/^ws/, 'http'), {
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'Sec-WebSocket-Version': '13',
      },
    })
    upgrade.on('upgrade', (_response, socket) => {
      this.#socket = socket
      socket.on(
        'data',
        readFrames((data) => this.onmessage?.({ data })),
      )
      socket.on('error', () => {})
      socket.on('close', () => this.onclose?.())
      this.onopen?.()
    })
    upgrade.on('error', () => this.onclose?.())
    upgrade.end()
  }

  send(message: string): void {
    this.#socket?.write(encodeFrame(message))
  }

  close(): void {
    this.#socket?.destroy()
  }
}

/** As much of the browser's EventSource as the recipe uses. */
export class TestEventSource {
  onmessage: ((event: { data: string }) => void) | undefined
  onerror: (() => void) | undefined
  #stop: () => void

  constructor(url: URL) {
    const asked = get(url, (response) => {
      response.setEncoding('utf8')
      response.on('data', (text: string) => {
        for (const [, data = ''] of text.matchAll(/^data: (.*)$/gm)) this.onmessage?.({ data })
      })
      response.on('close', () => this.onerror?.())
    })
    asked.on('error', () => this.onerror?.())
    this.#stop = () => asked.destroy()
  }

  close(): void {
    this.#stop()
  }
}

function encodeFrame(message: string): Buffer {
  const payload = Buffer.from(message)
  return Buffer.concat([Buffer.from([0x81, payload.length]), payload])
}

/** Short frames without a mask: both ends are ours. */
function readFrames(onMessage: (message: string) => void): (data: Buffer) => void {
  let rest = Buffer.alloc(0)
  return (data) => {
    rest = Buffer.concat([rest, data])
    while (rest.length >= 2 && rest.length >= 2 + rest[1]!) {
      onMessage(rest.subarray(2, 2 + rest[1]!).toString())
      rest = rest.subarray(2 + rest[1]!)
    }
  }
}
