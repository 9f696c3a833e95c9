import { existsSync } from 'node:fs'
import type { KnipConfig } from 'knip'

/** What makes a workspace one that is written: before that its dependencies would all seem unused. */
const begins: Record<string, string> = {
  'packages/core': 'src/index.ts',
  'packages/axios': 'src/index.ts',
  'packages/react': 'src/index.ts',
  'packages/vue': 'src/index.ts',
  'packages/dev-issuer': 'src/index.ts',
  'demo-app': 'server/main.ts',
  e2e: 'playwright.config.ts',
}

const unwritten = Object.entries(begins)
  .filter(([workspace, file]) => !existsSync(`${workspace}/${file}`))
  .map(([workspace]) => workspace)

const config: KnipConfig = {
  ignoreWorkspaces: unwritten,
  // The published ranges of core name what the catalog pins.
  exclude: ['catalog'],
  // What is exported beside its user is part of that function's face, or there for its test.
  ignoreExportsUsedInFile: true,
  workspaces: {
    '.': {
      // The probe is copied into another project and run there.
      entry: ['scripts/*.mjs', 'scripts/lib/import-probe.mjs'],
      project: ['scripts/**/*.mjs'],
      // Called as commands by scripts/check-packages.mjs.
      ignoreDependencies: ['@arethetypeswrong/cli', 'publint'],
    },
    'packages/*': { entry: ['src/**/*.test-d.{ts,tsx}'], project: ['src/**/*.{ts,tsx}'] },
    // What READMEs and docs import, and their tests compile.
    'packages/react': {
      entry: ['src/**/*.test-d.tsx'],
      project: ['src/**/*.{ts,tsx}'],
      ignoreDependencies: ['@latchkey/axios'],
    },
    'packages/vue': {
      entry: ['src/**/*.test-d.ts'],
      project: ['src/**/*.ts'],
      ignoreDependencies: ['@latchkey/axios', 'axios'],
    },
    'packages/react-18': {},
    'packages/tooling': { entry: ['src/check-*.ts'], project: ['src/**/*.ts'] },
    // bin/ loads what is built from it.
    'packages/dev-issuer': { entry: ['src/command.ts'], project: ['src/**/*.ts'] },
    'demo-app': { entry: ['**/*.html'], project: ['**/*.{ts,tsx,vue}'] },
    'packages/axios': {
      entry: ['src/**/*.test-d.{ts,tsx}'],
      ignoreDependencies: ['fake-indexeddb'],
      project: ['src/**/*.{ts,tsx}'],
    },
    'packages/core': {
      entry: ['src/**/*.test-d.{ts,tsx}'],
      ignoreDependencies: ['@latchkey/dev-issuer'],
      project: ['src/**/*.{ts,tsx}'],
    },
    e2e: {
      // For a development build of the React pages; the pages themselves need no refresh.
      ignoreDependencies: ['@vitejs/plugin-react'],
      // Pages are built by the set-up of a run, recipes and README snippets compiled by tests of their own.
      entry: ['*.config.ts', 'pages/**/*.{ts,tsx,vue}', 'recipes/**/*.ts'],
      project: ['**/*.{ts,tsx,vue}'],
    },
  },
}

export default config
