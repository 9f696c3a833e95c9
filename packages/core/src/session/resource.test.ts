import { expect, it } from 'vitest'
import { ConfigurationError } from '../errors.js'
import { findResource, matchResource, resolveResource, sortScope, tokenKey } from './resource.js'

const base = 'https://app.test/area/page'
const resolve = (url: string) => resolveResource({ url }, base)

it('resolves an origin and a path, against the base of the document', () => {
  expect(resolve('https://API.test')).toMatchObject({ origin: 'https://api.test', path: '/' })
  expect(resolve('https://api.test/v1')).toMatchObject({ path: '/v1/' })
  expect(resolve('/api/')).toMatchObject({ origin: 'https://app.test', path: '/api/' })
  expect(resolve('api')).toMatchObject({ path: '/area/api/' })
  expect(resolve('http://127.0.0.1:3000/')).toMatchObject({ origin: 'http://127.0.0.1:3000' })
})

it.each([
  'http://api.test/',
  'ftp://api.test/',
  'data:text/plain,x',
  'https://',
  'https://*.test/',
  'https://api.test/*',
  '*',
  'https://user@api.test/',
  'https://:pw@api.test/',
  'https://api.test/?a',
  'https://api.test/#a',
])('refuses %s', (url) => {
  expect(() => resolve(url)).toThrow(ConfigurationError)
})

it('is named by its name, else its indicator, else its URL', () => {
  const url = 'https://api.test/'
  const named = [{ url }, { url, resource: 'urn:a' }, { url, resource: 'urn:a', name: 'a' }].map(
    (options) => resolveResource(options, base),
  )
  expect(named.map(({ name }) => name)).toEqual([url, 'urn:a', 'a'])
  expect(findResource(named, 'a')).toBe(named[2])
  expect(() => findResource(named, 'b')).toThrow(ConfigurationError)
})

it('belongs to the longest path that covers it, by whole segments', () => {
  const resources = ['https://api.test/', 'https://api.test/v1', 'https://api.test/v1/big/'].map(
    resolve,
  )
  const pathOf = (url: string) => matchResource(resources, new URL(url))?.path
  expect(pathOf('https://api.test/x')).toBe('/')
  expect(pathOf('https://api.test/v1')).toBe('/v1/')
  expect(pathOf('https://api.test/v1?x')).toBe('/v1/')
  expect(pathOf('https://api.test/v12')).toBe('/')
  expect(pathOf('https://api.test/v1/big/a/b')).toBe('/v1/big/')
  expect(pathOf('https://api.test/v1/big/../x')).toBe('/v1/')
})

it('keys tokens by resource and scopes, whatever their order', () => {
  expect(tokenKey(undefined, undefined)).toBe('')
  expect(tokenKey('urn:a', undefined)).toBe('urn:a ')
  expect(tokenKey(undefined, 'b  a b')).toBe(' a b')
  expect(sortScope('write read write')).toBe('read write')
})
