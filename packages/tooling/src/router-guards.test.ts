import { join } from 'node:path'
import { expect, it } from 'vitest'
import { measureChunks } from './measure-size.js'
import { repositoryRoot } from './repository.js'

it.each([
  ['react', 'react-router'],
  ['vue', 'vue-router'],
])(
  'an app of %s without a router carries nothing of the guards, and one with a router does',
  async (name, guard) => {
    const root = join(repositoryRoot, 'packages', name)
    const external = ['@latchkey/core', name]
    const sourcesOf = async (entry: string) =>
      (await measureChunks({ root, entry, external })).flatMap(({ sources }) => sources)
    const isGuard = (source: string) => /\/(admit|[\w-]+-router)\.ts$/.test(source)
    const all = `export * from './src/index.ts'`
    expect((await sourcesOf(all)).filter(isGuard)).toEqual([])
    const guarded = await sourcesOf(`${all}\nexport * from './src/${guard}.ts'`)
    expect(guarded.filter(isGuard)).toHaveLength(2)
  },
  60_000,
)
