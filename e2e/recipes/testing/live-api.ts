/** The live ends of an API (a WebSocket, an event stream), and the browser's classes for them where Node has none. */
import { createHash } from 'node:crypto'
import { get, request, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'

export interface SocketConnection {
  /** Up to 125 bytes. */
  send(message: string): void
  /** With this code (RFC 6455 §7.4), if there is one. */
  close(code?: number): void
}

/** Answers upgrades: tells each text message, and gives the connection. */
export function acceptWebSockets(
  server: Server,
  onMessage: (message: string, connection: SocketConnection) => void,
  onClose?: (connection: SocketConnection) => void,
): void {
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex) => {
    const accept = createHash('sha1')
      .update(`${incoming.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    const connection: SocketConnection = {
      send: (message: string) => void socket.write(encodeFrame(message)),
      close(code) {
        if (code !== undefined) socket.write(Buffer.from([0x88, 2, code >> 8, code & 0xff]))
        socket.end()
      },
    }
    socket.on(
      'data',
      readFrames(
        (message) => onMessage(message, connection),
        () => connection.close(),
      ),
    )
    socket.on('error', () => socket.destroy())
    socket.on('end', () => socket.end())
    socket.on('close', () => onClose?.(connection))
  })
}

/** As much of the browser's WebSocket as the recipe uses. */
export class TestWebSocket {
  onopen: (() => void) | undefined
  onmessage: ((event: { data: string }) => void) | undefined
  onclose: ((event: { code: number }) => void) | undefined
  #code = 1006
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
        readFrames(
          (data) => this.onmessage?.({ data }),
          (code) => {
            this.#code = code
            this.close()
          },
        ),
      )
      socket.on('error', () => {})
      socket.on('close', () => this.onclose?.({ code: this.#code }))
      this.onopen?.()
    })
    upgrade.on('error', () => this.onclose?.({ code: this.#code }))
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

/** Text frames, masked (a browser's) or not, up to 64 kB; a close frame ends it. */
function readFrames(
  onMessage: (message: string) => void,
  onClose: (code: number) => void,
): (data: Buffer) => void {
  let rest = Buffer.alloc(0)
  return (data) => {
    rest = Buffer.concat([rest, data])
    for (let frame = firstFrame(rest); frame; frame = firstFrame(rest)) {
      rest = rest.subarray(frame.end)
      if (frame.isClose)
        return onClose(frame.payload.length < 2 ? 1005 : frame.payload.readUInt16BE())
      onMessage(frame.payload.toString())
    }
  }
}

function firstFrame(bytes: Buffer) {
  if (bytes.length < 4) return undefined
  const short = bytes[1]! & 0x7f
  const maskAt = short === 126 ? 4 : 2
  const begin = maskAt + (bytes[1]! & 0x80 ? 4 : 0)
  const end = begin + (short === 126 ? bytes.readUInt16BE(2) : short)
  if (bytes.length < end) return undefined
  const mask = bytes.subarray(maskAt, begin)
  const payload = bytes
    .subarray(begin, end)
    .map((byte, index) => byte ^ (mask.length ? mask[index % 4]! : 0))
  return { payload: Buffer.from(payload), end, isClose: (bytes[0]! & 0x0f) === 8 }
}
