import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { defences } from './defences.js'
import { repositoryRoot } from './repository.js'

it.each(defences.map((defence) => [defence.what, defence] as const))(
  '%s: stands in the source once, and its tests are there',
  (_, { file, from, to, tests }) => {
    const parts = readFileSync(`${repositoryRoot}packages/${file}`, 'utf8').split(from)
    expect([parts.length, from === to]).toEqual([2, false])
    const source = `${repositoryRoot}packages/${file.split('/')[0]}/src/`
    for (const test of tests)
      expect([
        test,
        ['.test.ts', '.ts', ''].some((end) => existsSync(source + test + end)),
      ]).toEqual([test, true])
  },
)
