import { keepConnected, type AuthClient } from '@latchkey/core'

export function followNotes(auth: AuthClient, url: string, show: (note: string) => void) {
  return keepConnected(auth, {
    connect: ({ token, signal, onToken, refuseToken }) =>
      new Promise<void>((over) => {
        const socket = new WebSocket(url)
        const signIn = (token: string) => socket.send(JSON.stringify({ token }))
        socket.onopen = () => {
          signIn(token)
          onToken(signIn)
        }
        socket.onmessage = ({ data }) => show(String(data))
        socket.onclose = ({ code }) => {
          if (code === 4401) refuseToken() // the code by which this API says so
          over()
        }
        signal.addEventListener('abort', () => socket.close())
      }),
  })
}
