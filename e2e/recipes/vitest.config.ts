// Recipes run in Node against the packages' sources; what needs a browser is Playwright's.
import { defaultServerConditions } from 'vite'
import { defineProject } from 'vitest/config'

export default defineProject({
  ssr: { resolve: { conditions: ['latchkey-source', ...defaultServerConditions] } },
  test: { name: 'recipes', include: ['*.test.ts'], testTimeout: 60_000 },
})
