// The one way every package runs its unit tests: against the sources of its siblings, without a build.
import { defaultClientConditions, defaultServerConditions } from 'vite'
import { defineProject, type UserProjectConfigExport } from 'vitest/config'

export interface UnitTestOptions {
  /** Where tests run unless a file says `// @vitest-environment ...`. Default `node`. */
  environment?: 'node' | 'happy-dom'
}

/** Gives the Vitest project of a package; `*.test.ts` and `*.test.tsx` beside the sources are its tests. */
export function unitTests(name: string, options: UnitTestOptions = {}): UserProjectConfigExport {
  const source = 'latchkey-source'
  return defineProject({
    resolve: { conditions: [source, ...defaultClientConditions] },
    ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
    test: {
      name,
      environment: options.environment ?? 'node',
      include: ['src/**/*.test.{ts,tsx}'],
      // what is asserted are counts and order: a busy machine must not fail them
      testTimeout: 60_000,
      hookTimeout: 60_000,
    },
  })
}
