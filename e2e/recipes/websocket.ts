import { keepConnected, type AuthClient } from '@latchkey/core'

export function followNotes(auth: AuthClient, url: string, show: (note: string) => void) {
  return keepConnected(auth, {
    connect: ({ token, signal, onToken }) =>
      new Promise((over) => {
        const socket = new WebSocket(url)
        const signIn = (token: string) => socket.send(JSON.stringify({ token }))
        socket.onopen = () => {
          signIn(token)
          onToken(signIn)
        }
        socket.onmessage = ({ data }) => show(String(data))
        socket.onclose = over
        signal.addEventListener('abort', () => socket.close())
      }),
  })
}
