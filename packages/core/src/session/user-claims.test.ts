import { expect, it } from 'vitest'
import { toUser, type ClaimsSchema } from './user-claims.js'

const claims = {
  iss: 'https://login.test',
  aud: 'spa',
  exp: 1,
  iat: 1,
  nonce: 'n',
  at_hash: 'h',
  auth_time: 1,
  sub: 'ada',
  name: 'Ada',
  roles: ['admin'],
}

function schemaOf<User>(validate: ClaimsSchema<User>['~standard']['validate']): ClaimsSchema<User> {
  return { '~standard': { version: 1, vendor: 'test', validate } }
}

it("gives the claims about the person, without the protocol's own", () => {
  expect(toUser(claims, undefined)).toEqual({ sub: 'ada', name: 'Ada', roles: ['admin'] })
})

it('gives what a Standard Schema makes of the claims', () => {
  const schema = schemaOf((value) => ({ value: Object.keys(value as object) }))
  expect(toUser(claims, schema)).toEqual(['sub', 'name', 'roles'])
})

it('refuses claims that the schema refuses, and a schema that needs time', () => {
  const refusing = schemaOf(() => ({ issues: [{ message: 'roles: expected string' }] }))
  expect(() => toUser(claims, refusing)).toThrow('claimsSchema: roles: expected string')
  const slow = schemaOf(() => Promise.resolve({ value: {} }))
  expect(() => toUser(claims, slow)).toThrow('claimsSchema: must be synchronous')
})
