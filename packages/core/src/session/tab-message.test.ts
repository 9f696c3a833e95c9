import { expect, it } from 'vitest'
import { encodeTabMessage, parseTabMessage, type TabMessage } from './tab-message.js'

it.each<TabMessage>([
  { type: 'changed', generation: 3, signedOut: true },
  { type: 'ping', intent: 'i' },
  { type: 'roll-call', generation: 0, session: 's' },
  { type: 'sign-in-finished', attempt: 'a' },
  { type: 'active' },
])('reads what it has written: %j', (message) => {
  expect(parseTabMessage(encodeTabMessage(message))).toMatchObject(message)
})

it.each([
  ['no object', null],
  ['a text', '{"v":1,"type":"active"}'],
  ['an array', [{ v: 1, type: 'active' }]],
  ['no version', { type: 'active' }],
  ['another version', { v: 2, type: 'active' }],
  ['a version as a text', { v: '1', type: 'active' }],
  ['an unknown type', { v: 1, type: 'signed-in', generation: 1, session: 's' }],
  ['a type of every object', { v: 1, type: 'toString', generation: 1 }],
  ['a field that is missing', { v: 1, type: 'spent', generation: 1 }],
  ['a generation as a text', { v: 1, type: 'changed', generation: '1' }],
  ['a session that is no text', { v: 1, type: 'voucher', session: {} }],
])('F6: takes %s for no message', (_, data) => {
  expect(parseTabMessage(data)).toBeUndefined()
})

it('says so when a message could not be read', () => {
  expect(parseTabMessage(undefined)).toEqual({ type: 'unreadable' })
})
