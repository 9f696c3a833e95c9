// Builds the test pages once per run, from the packages' sources, with code splitting: lazy chunks are real files.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, defaultClientConditions, type BuildOptions, type InlineConfig } from 'vite'
import { buildBindingPages } from './build-binding-pages.js'
import { olderCopy } from './older-copy.js'

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
  const harness = { input: { harness: join(root, 'harness/index.html') } }
  await build(buildOf(directory, harness))
  await build({
    ...buildOf(join(directory, 'older'), harness),
    base: '/older/',
    plugins: [olderCopy()],
  })
  // as docs/service-worker.md has it
  await build(
    buildOf(directory, {
      input: join(root, 'refresh-worker/refresh-worker.ts'),
      output: { entryFileNames: 'refresh-worker.js', format: 'iife' },
    }),
  )
  await buildBindingPages(root, directory)
  process.env['LATCHKEY_E2E_PAGES'] = directory
  return () => rm(directory, { recursive: true, force: true })
}

function buildOf(
  outDir: string,
  rolldownOptions: NonNullable<BuildOptions['rolldownOptions']>,
): InlineConfig {
  return {
    root,
    configFile: false,
    logLevel: 'warn',
    resolve: { conditions: ['latchkey-source', ...defaultClientConditions] },
    build: { outDir, emptyOutDir: false, target: 'es2022', minify: false, rolldownOptions },
  }
}
