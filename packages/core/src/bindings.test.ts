import { expect, it } from 'vitest'
import * as bindings from './bindings.js'

it('exports these names and no others', () => {
  expect(Object.keys(bindings).sort()).toEqual([
    'admit',
    'isUnknown',
    'needsSignIn',
    'requireUser',
    'signInOnce',
    'untilKnown',
  ])
})
