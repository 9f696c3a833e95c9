// The tests of packages/react once more, with the React of this folder. What needs a router or a compiler is left out.
import { fileURLToPath } from 'node:url'
import { defaultClientConditions, defaultServerConditions } from 'vite'
import { defineProject } from 'vitest/config'

const packages = fileURLToPath(new URL('..', import.meta.url))
const modules = fileURLToPath(new URL('./node_modules/', import.meta.url))

const source = 'latchkey-source'

export default defineProject({
  resolve: {
    conditions: [source, ...defaultClientConditions],
    alias: [
      {
        find: /^(react|react-dom|@testing-library\/react)(?=$|\/)/,
        replacement: `${modules}$1`,
      },
    ],
  },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
  test: {
    name: 'react-18',
    environment: 'happy-dom',
    dir: packages,
    include: ['react-18/src/*.test.ts', 'react/src/**/*.test.tsx'],
    exclude: ['react/src/{react-router,tanstack-router,tanstack-query}.test.tsx'],
  },
})
