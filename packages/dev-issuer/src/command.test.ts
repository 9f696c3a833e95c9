import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'

function runCommand(...options: string[]) {
  const command = fileURLToPath(new URL('./command.ts', import.meta.url))
  const source = ['--conditions=latchkey-source', '--import', 'tsx', command]
  const child = spawn(process.execPath, [...source, ...options])
  onTestFinished(() => void child.kill())
  const output = { out: '', err: '' }
  child.stdout.on('data', (chunk) => (output.out += chunk))
  child.stderr.on('data', (chunk) => (output.err += chunk))
  return { child, output, ended: once(child, 'close') }
}

it('starts an issuer, prints its address and nothing else, and stops at a signal', async () => {
  const { child, output, ended } = runCommand(
    ...['--port', '0', '--client-id', 'my-spa', '--redirect-uri', 'http://localhost:3000/cb'],
    ...['--access-token-lifetime', '7', '--default-resource', 'https://api.example.com/'],
  )
  while (!output.out.includes('\n')) await once(child.stdout, 'data')
  const [url = ''] = /http:\/\/localhost:\d+/.exec(output.out) ?? []

  const response = await fetch(`${url}/.well-known/openid-configuration`)
  expect(await response.json()).toMatchObject({ issuer: url })
  const authorize = new URL(`${url}/authorize`)
  authorize.search = new URLSearchParams({
    client_id: 'my-spa',
    redirect_uri: 'http://localhost:3000/cb',
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'c'.repeat(43),
    code_challenge_method: 'S256',
  }).toString()
  expect((await fetch(authorize, { redirect: 'manual' })).status).toBe(303)

  child.kill('SIGTERM')
  const [code] = await ended
  expect(code).toBe(0)
  expect(output.err).toBe('')
  expect(output.out.trim().split('\n')).toHaveLength(1)
})

it('explains itself, and refuses what it does not understand', async () => {
  const asked = runCommand('--help')
  const mistaken = runCommand('--port', 'many')
  const unknown = runCommand('--nonsense')

  expect(await asked.ended).toEqual([0, null])
  expect(asked.output.out).toContain('--access-token-lifetime')
  expect(await mistaken.ended).toEqual([1, null])
  expect(mistaken.output.err).toContain('--port wants a whole number, not "many"')
  expect(await unknown.ended).toEqual([1, null])
  expect(unknown.output.err).toContain('--nonsense')
})
