import { hydrateRoot } from 'react-dom/client'
import { record } from '../react-and-vue/record.js'
import { startClient } from '../react-and-vue/start-client.js'
import { App } from './app.js'

const client = startClient()

// With `?late` a session is there before the page is taken over: the hardest case for the first paint.
if (location.search === '?late') await client.ready
hydrateRoot(document.getElementById('root')!, <App client={client} />, {
  onRecoverableError: (error) => record('hydration', 'warning', String(error)),
})
