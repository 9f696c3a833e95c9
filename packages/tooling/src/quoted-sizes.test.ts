import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findQuotedSizes, quoteSize } from './quoted-sizes.js'
import { repositoryRoot } from './repository.js'
import { measureSizes } from './size-budgets.js'

it('quotes in every README what is measured', async () => {
  const folders = [
    '',
    ...readdirSync(join(repositoryRoot, 'packages')).map((name) => `packages/${name}`),
  ]
  const readmes = folders.map((folder) => join(folder, 'README.md'))
  const quoted = readmes
    .filter((path) => existsSync(join(repositoryRoot, path)))
    .flatMap((path) =>
      findQuotedSizes(readFileSync(join(repositoryRoot, path), 'utf8')).map((size) => ({
        path,
        ...size,
      })),
    )
  const sizes = quoted.length > 0 ? await measureSizes() : []
  const measured = quoted.map(({ path, name }) => {
    const size = sizes.find((candidate) => candidate.name === name)
    return { path, name, text: size ? quoteSize(size.bytes) : 'not measured' }
  })
  expect(quoted).toEqual(measured)
})

it('finds the marked sizes and leaves other numbers alone', () => {
  const markdown = `Loads <!-- size:core -->4.9 kB<!-- /size --> at start, 3 kB less, then
<!-- size:protocol -->9.8 kB<!-- /size -->.`
  expect(findQuotedSizes(markdown)).toEqual([
    { name: 'core', text: '4.9 kB' },
    { name: 'protocol', text: '9.8 kB' },
  ])
})

it('rounds bytes to a tenth of a kilobyte', () => {
  expect([4_949, 4_951, 980].map(quoteSize)).toEqual(['4.9 kB', '5.0 kB', '1.0 kB'])
})
