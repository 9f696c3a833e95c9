import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import vue from '@vitejs/plugin-vue'
import { defaultClientConditions, defineConfig } from 'vite'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), vue()],
  resolve: {
    // The packages' sources: no build is needed to run the demo.
    conditions: ['latchkey-source', ...defaultClientConditions],
  },
  // Each named, or Vite finds some of them late and reloads the page in the middle of a demonstration.
  optimizeDeps: {
    include: [
      'axios',
      'react',
      'react/jsx-runtime',
      'react/jsx-dev-runtime',
      'react-dom/client',
      'react-router',
      'vue',
      'vue-router',
      '@latchkey/core > idb-keyval',
      '@latchkey/core > oauth4webapi',
    ],
  },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { react: 'index.html', vue: 'vue/index.html' },
    },
  },
})
