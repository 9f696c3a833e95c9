// `pnpm check:defences [words]`: takes each defence out of the source, in memory, and fails if no test notices. Some minutes; not part of `npm test`.
import { startVitest, type Vitest } from 'vitest/node'
import { defaultClientConditions, defaultServerConditions, type Plugin } from 'vite'
import { defences } from './defences.js'
import type { Defence } from './defences/defence.js'
import { repositoryRoot } from './repository.js'

async function main(words: string): Promise<void> {
  let isComplete = true
  for (const defence of defences.filter(({ what }) => what.includes(words))) {
    const verdict = await testWithout(defence)
    console.log(`${defence.what}: ${verdict}`)
    isComplete &&= verdict.startsWith('noticed')
  }
  // what Vitest has set is about tests that were to fail
  process.exitCode = isComplete ? 0 : 1
}

async function testWithout(defence: Defence): Promise<string> {
  const taken = { times: 0 }
  const [name = ''] = defence.file.split('/')
  const conditions = ['latchkey-source']
  const vitest = await startVitest(
    'test',
    defence.tests.map((path) => `src/${path}`),
    {
      config: false,
      root: `${repositoryRoot}packages/${name}`,
      watch: false,
      bail: 1,
      reporters: [{}],
      include: ['src/**/*.test.{ts,tsx}'],
      testTimeout: 30_000,
    },
    {
      logLevel: 'silent',
      plugins: [without(defence, taken)],
      resolve: { conditions: [...conditions, ...defaultClientConditions] },
      ssr: { resolve: { conditions: [...conditions, ...defaultServerConditions] } },
    },
  )
  const failed = failedTests(vitest)
  await vitest.close()
  if (taken.times === 0) return 'NOT FOUND in the source, or not loaded by its tests'
  return failed[0] ? `noticed by "${failed[0]}"` : 'NOT NOTICED'
}

function without({ file, from, to }: Defence, taken: { times: number }): Plugin {
  return {
    name: 'without-a-defence',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith(`/packages/${file}`) || code.split(from).length !== 2) return undefined
      taken.times++
      return code.replace(from, () => to)
    },
  }
}

function failedTests({ state }: Vitest): string[] {
  return state
    .getTestModules()
    .flatMap(({ children }) => [...children.allTests('failed')].map((test) => test.name))
}

await main(process.argv.slice(2).join(' '))
