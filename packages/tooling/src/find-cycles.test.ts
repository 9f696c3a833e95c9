import { expect, it } from 'vitest'
import { findCycles } from './find-cycles.js'

function graph(imports: Record<string, string[]>): Map<string, string[]> {
  return new Map(Object.entries(imports))
}

it('finds nothing where two ways lead down to one file', () => {
  expect(findCycles(graph({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }))).toEqual([])
})

it('finds a file that imports itself', () => {
  expect(findCycles(graph({ a: ['a'] }))).toEqual([['a', 'a']])
})

it('names the shortest circle of a file, without the way that leads there', () => {
  expect(findCycles(graph({ top: ['a'], a: ['b'], b: ['c', 'a'], c: ['a'] }))).toEqual([
    ['a', 'b', 'a'],
    ['c', 'a', 'b', 'c'],
  ])
})

it('finds each of two separate circles', () => {
  expect(findCycles(graph({ a: ['b'], b: ['a', 'c'], c: ['d'], d: ['c'] }))).toEqual([
    ['a', 'b', 'a'],
    ['c', 'd', 'c'],
  ])
})
