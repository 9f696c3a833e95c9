import { createAuthPlugin } from '@latchkey/vue'
import { createSSRApp } from 'vue'
import { startClient } from '../react-and-vue/start-client.js'
import App from './App.vue'

const client = startClient()

// With `?late` a session is there before the page is taken over: the hardest case for the first paint.
if (location.search === '?late') await client.ready
createSSRApp(App).use(createAuthPlugin(client)).mount('#app')
