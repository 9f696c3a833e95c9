import { defineConfig } from '@playwright/test'
import { launchOptions } from './support/launch-options.js'

export default defineConfig({
  testDir: './suites',
  testIgnore: '**/*.long.spec.ts',
  globalSetup: './global-setup.config.ts',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  // Generous: what is asserted are counts and order, and a busy machine must not fail them.
  timeout: 90_000,
  expect: { timeout: 30_000 },
  reporter: 'list',
  use: { browserName: 'chromium', launchOptions, trace: 'off' },
})
