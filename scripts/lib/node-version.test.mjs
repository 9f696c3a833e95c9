import { expect, it } from 'vitest'
import { isSupported } from './node-version.mjs'

it('accepts Node 20.19 and newer', () => {
  for (const version of ['20.19.0', '20.20.2', '22.12.0', '22.21.1', '24.0.0', '25.1.0']) {
    expect(isSupported(version), version).toBe(true)
  }
})

it('refuses what Vite does not run on', () => {
  for (const version of ['18.20.8', '20.18.3', '21.7.3', '22.11.0']) {
    expect(isSupported(version), version).toBe(false)
  }
})
