// Builds the test pages once per run, from the packages' sources, with code splitting: lazy chunks are real files.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, defaultClientConditions } from 'vite'

const root = fileURLToPath(new URL('../pages', import.meta.url))

/** Where the built pages are; set for the workers by the set-up of the run. */
export function builtPages(): string {
  const directory = process.env['LATCHKEY_E2E_PAGES']
  if (!directory) throw new Error('The test pages are built by the global set-up of the run.')
  return directory
}

/** The run's set-up. Gives its tear-down. */
export async function buildPages(): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-e2e-'))
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    resolve: { conditions: ['latchkey-source', ...defaultClientConditions] },
    build: {
      outDir: directory,
      emptyOutDir: true,
      target: 'es2022',
      minify: false,
      rolldownOptions: { input: { harness: join(root, 'harness/index.html') } },
    },
  })
  process.env['LATCHKEY_E2E_PAGES'] = directory
  return () => rm(directory, { recursive: true, force: true })
}
