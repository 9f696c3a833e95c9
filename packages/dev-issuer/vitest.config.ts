import { mergeConfig, type UserWorkspaceConfig } from 'vitest/config'
import { unitTests } from '../tooling/src/unit-tests.js'

// Every test starts an issuer, which makes an RSA key: seconds on a busy machine.
export default mergeConfig(unitTests('dev-issuer') as UserWorkspaceConfig, {
  test: { testTimeout: 30_000 },
})
