// What an app with axios writes; type-checked against the packed tarball.
import { attachAuth } from '@latchkey/axios'
import { createAuthClient } from '@latchkey/core'
import axios from 'axios'

const auth = createAuthClient({
  issuer: 'https://login.example.com',
  clientId: 'my-spa',
  redirectUri: '/callback',
  scope: 'openid',
  resources: [{ url: 'https://api.example.com/' }],
})

export const api = axios.create({ baseURL: 'https://api.example.com' })
export const detach: () => void = attachAuth(api, auth)
