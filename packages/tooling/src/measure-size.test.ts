import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { measureChunks } from './measure-size.js'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'latchkey-size-'))
  // Random text does not compress, so its length shows in the measurement.
  writeFileSync(join(root, 'light.ts'), `export const light = '${text(200)}'`)
  writeFileSync(join(root, 'heavy.ts'), `export const heavy = '${text(4000)}'`)
  writeFileSync(
    join(root, 'lazy.ts'),
    `export { light } from './light'\nexport const load = () => import('./heavy')`,
  )
})
afterEach(() => rmSync(root, { recursive: true }))

function text(length: number): string {
  return randomBytes(length).toString('base64').slice(0, length)
}

it('tells what is loaded at the start from what import() brings later', async () => {
  const chunks = await measureChunks({ root, entry: `export * from './lazy'` })
  const start = chunks.filter((chunk) => chunk.atStart)
  const later = chunks.filter((chunk) => !chunk.atStart)
  expect(namesIn(start)).toEqual(['lazy.ts', 'light.ts'])
  expect(namesIn(later)).toEqual(['heavy.ts'])
  expect(sum(start)).toBeGreaterThan(200)
  expect(sum(start)).toBeLessThan(500)
  expect(sum(later)).toBeGreaterThan(2500)
})

it('counts a chunk at the start when something loads it statically after all', async () => {
  const entry = `export * from './lazy'\nexport { heavy } from './heavy'`
  const chunks = await measureChunks({ root, entry })
  expect(sum(chunks.filter((chunk) => chunk.atStart))).toBeGreaterThan(2500)
})

it('leaves out what the entry does not use and what is external', async () => {
  writeFileSync(join(root, 'package.json'), '{ "sideEffects": false }')
  const entry = `export { light } from './light'\nexport { useState } from 'react'\nimport './heavy'`
  const chunks = await measureChunks({ root, entry, external: ['react'] })
  expect(sum(chunks)).toBeLessThan(500)
})

function namesIn(chunks: { sources: string[] }[]): string[] {
  return chunks.flatMap(({ sources }) => sources.map((path) => basename(path))).sort()
}

function sum(chunks: { bytes: number }[]): number {
  return chunks.reduce((total, { bytes }) => total + bytes, 0)
}
