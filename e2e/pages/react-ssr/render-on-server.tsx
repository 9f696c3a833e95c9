import { createAuthClient } from '@latchkey/react'
import { renderToString } from 'react-dom/server'
import { App } from './app.js'

export function render(): Promise<string> {
  const client = createAuthClient({
    issuer: 'https://login.example.com',
    clientId: 'my-spa',
    redirectUri: '/callback',
  })
  return Promise.resolve(renderToString(<App client={client} />))
}
