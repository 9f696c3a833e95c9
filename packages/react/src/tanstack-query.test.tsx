import { readFileSync } from 'node:fs'
import { RefreshPostponedError, SignInRequiredError } from '@latchkey/core'
import { QueryClientProvider, useQuery, type QueryClient } from '@tanstack/react-query'
import { act } from '@testing-library/react'
import { AxiosError } from 'axios'
import { expect, it, vi } from 'vitest'
import { findSnippets } from '../../tooling/src/readme-snippets.js'
import { SignedIn } from './signed-in.js'
import { AuthQueries, createAppQueryClient } from './test-support/auth-queries.js'
import {
  createFakeAuthClient,
  signedIn,
  type FakeAuthClient,
} from './test-support/fake-auth-client.js'
import { renderWith } from './test-support/render.js'

function open(client: FakeAuthClient, queryFn: () => Promise<string>) {
  const queryClient: QueryClient = createAppQueryClient(client)
  function Orders() {
    const { data, error } = useQuery({ queryKey: ['orders'], queryFn, retryDelay: 0 })
    return data ?? error?.name ?? 'loading'
  }
  const { container } = renderWith(
    client,
    <QueryClientProvider client={queryClient}>
      <AuthQueries fallback="wait">
        <SignedIn>
          <Orders />
        </SignedIn>
      </AuthQueries>
    </QueryClientProvider>,
  )
  return { container, queryClient }
}

it('holds queries back while the session is restored', async () => {
  const client = createFakeAuthClient()
  const queryFn = vi.fn<() => Promise<string>>(async () => 'tea')
  const { container } = open(client, queryFn)
  await act(async () => undefined)
  expect(container.textContent).toBe('wait')
  expect(queryFn).not.toHaveBeenCalled()
  await act(async () => client.setState(signedIn()))
  await vi.waitFor(() => expect(container.textContent).toBe('tea'))
})

it('shows nobody what was fetched for somebody else', async () => {
  const client = createFakeAuthClient(signedIn({ sub: 'ada' }))
  const answers = ['tea of ada', 'coffee of bob']
  const { container } = open(client, async () => answers.shift() ?? 'nothing')
  await vi.waitFor(() => expect(container.textContent).toBe('tea of ada'))
  const seen: (string | null)[] = []
  const observer = new MutationObserver(() => seen.push(container.textContent))
  observer.observe(container, { childList: true, characterData: true, subtree: true })
  await act(async () => client.setState(signedIn({ sub: 'bob' })))
  await vi.waitFor(() => expect(container.textContent).toBe('coffee of bob'))
  observer.disconnect()
  expect(seen).not.toContain('tea of ada')
})

it('keeps the data over a background refresh and over the end of a session, until a sign-out', async () => {
  const client = createFakeAuthClient()
  const { queryClient } = open(client, async () => 'tea')
  act(() => client.setState(signedIn()))
  await vi.waitFor(() => expect(queryClient.getQueryData(['orders'])).toBe('tea'))
  act(() => client.refresh())
  act(() => client.setState({ status: 'signed-out', reason: 'session-ended' }))
  act(() => client.setState(signedIn()))
  expect(queryClient.getQueryData(['orders'])).toBe('tea')
  await act(() => client.signOut())
  expect(queryClient.getQueryData(['orders'])).toBeUndefined()
})

it.each([
  ['our error', new SignInRequiredError(), 1],
  [
    'an AxiosError that carries it',
    Object.assign(new AxiosError('no'), { cause: new SignInRequiredError() }),
    1,
  ],
  ['a postponed refresh', new RefreshPostponedError('offline', 'Offline.'), 4],
  ['any other error', new Error('500'), 4],
])('tries %s as often as makes sense', async (_, error, attempts) => {
  const client = createFakeAuthClient(signedIn())
  const queryFn = vi.fn<() => Promise<string>>(() => Promise.reject(error))
  const { container } = open(client, queryFn)
  await vi.waitFor(() => expect(container.textContent).toBe(error.name))
  expect(queryFn).toHaveBeenCalledTimes(attempts)
})

it('is what the docs show', () => {
  const docs = readFileSync(
    new URL('../../../docs/tanstack-query.md', `file://${import.meta.filename}`),
    'utf8',
  )
  const source = readFileSync(`${import.meta.dirname}/test-support/auth-queries.tsx`, 'utf8')
  expect(findSnippets(docs).find(({ name }) => name === 'recipe')?.code).toBe(source)
})
