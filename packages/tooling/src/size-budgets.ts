// What Latchkey may weigh: the budgets, and what it weighs now.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { measureChunks, type Chunk } from './measure-size.js'
import { repositoryRoot } from './repository.js'

export interface Size {
  /** The name under which a README quotes it: `<!-- size:core -->`. */
  name: string
  /** What it is, for people. */
  what: string
  bytes: number
  budgetBytes: number
}

/** Measures every package whose index is written. */
export async function measureSizes(): Promise<Size[]> {
  return [...(await sizesOfCore()), ...(await sizesOfBindings())]
}

async function sizesOfCore(): Promise<Size[]> {
  const root = join(repositoryRoot, 'packages/core')
  if (!existsSync(join(root, 'src/index.ts'))) return []
  const chunks = await measureChunks({
    root,
    entry: `export { createAuthClient, createAuthFetch } from './src/index.ts'`,
  })
  return [
    {
      name: 'core',
      what: 'core at start, with idb-keyval',
      bytes: sum(chunks.filter((chunk) => chunk.atStart)),
      budgetBytes: 5_000,
    },
    {
      name: 'protocol',
      what: 'protocol chunk, loaded when needed',
      bytes: sum(chunks.filter(hasOauth4webapi)),
      budgetBytes: 10_000,
    },
    {
      name: 'protocol-all',
      what: 'protocol with DPoP, PAR, UserInfo',
      bytes: sum(chunks.filter((chunk) => !chunk.atStart && isProtocol(chunk))),
      budgetBytes: 12_500,
    },
    {
      name: 'total',
      what: 'everything core ever loads',
      bytes: sum(chunks),
      // the goal is 17,500: docs/decisions.md says what stands in its way
      budgetBytes: 38_000,
    },
  ]
}

/** The bindings without core and framework, which the app has anyway; router guards are entries of their own. */
async function sizesOfBindings(): Promise<Size[]> {
  const bindings = [
    // the goal was 1,000: docs/decisions.md says what the rest buys
    { name: 'axios', budgetBytes: 1_375 },
    { name: 'react', budgetBytes: 1_500 },
    { name: 'vue', budgetBytes: 1_500 },
  ]
  const sizes: Size[] = []
  for (const { name, budgetBytes } of bindings) {
    const root = join(repositoryRoot, 'packages', name)
    if (!existsSync(join(root, 'src/index.ts'))) continue
    const chunks = await measureChunks({
      root,
      entry: `export * from './src/index.ts'`,
      external: ['@latchkey/core', name],
    })
    sizes.push({
      name,
      what: `${name}, without core and ${name} itself`,
      bytes: sum(chunks),
      budgetBytes,
    })
  }
  return sizes
}

function hasOauth4webapi(chunk: Chunk): boolean {
  return chunk.sources.some((source) => source.includes('/oauth4webapi/'))
}

function isProtocol(chunk: Chunk): boolean {
  return chunk.sources.some((source) => /(^|\/)(src\/protocol|oauth4webapi)\//.test(source))
}

function sum(chunks: Chunk[]): number {
  return chunks.reduce((total, { bytes }) => total + bytes, 0)
}
