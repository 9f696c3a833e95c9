import { defineConfig } from '@playwright/test'
import short from './playwright.config.js'

/** The scenarios with their full numbers and wall-clock limits; one at a time, so that they do not slow each other down. */
export default defineConfig({
  ...short,
  testIgnore: [],
  testMatch: '**/*.long.spec.ts',
  workers: 1,
  timeout: 20 * 60_000,
})
