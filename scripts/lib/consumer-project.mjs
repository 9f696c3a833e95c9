// An empty project that installs the packed tarballs, as a user's would.
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { root } from './root.mjs'
import { run } from './run.mjs'

/** @typedef {import('./published-packages.mjs').PublishedPackage} PublishedPackage */

/**
 * Creates the project and installs the tarballs and their companions into it.
 *
 * @param {string} folder
 * @param {string[]} tarballs
 * @param {PublishedPackage[]} packages
 * @param {NodeJS.ProcessEnv} env
 */
export async function createConsumerProject(folder, tarballs, packages, env) {
  mkdirSync(folder)
  writeJson(join(folder, 'package.json'), { name: 'consumer', private: true, type: 'module' })
  const companions = packages.flatMap((published) => published.companions)
  const { code, output } = await run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...tarballs, ...companions],
    { cwd: folder, env, quiet: true },
  )
  if (code !== 0) throw new Error(`npm install of the tarballs failed:\n${output}`)
}

/**
 * Type-checks a file that uses every entry of a package, the declarations of its dependencies included.
 *
 * @param {string} folder
 * @param {PublishedPackage} published
 * @param {'nodenext' | 'bundler'} moduleResolution
 * @returns {Promise<string>} What the compiler found; empty if all is well.
 */
export async function typeCheck(folder, published, moduleResolution) {
  const name = basename(published.folder)
  const files = [`${name}.entries.ts`]
  writeFileSync(join(folder, `${name}.entries.ts`), everythingOf(published.entries))
  const example = join(root, 'scripts/consumers', `${name}.ts`)
  if (existsSync(example)) {
    copyFileSync(example, join(folder, `${name}.ts`))
    files.push(`${name}.ts`)
  }
  const config = `tsconfig.${name}.${moduleResolution}.json`
  writeJson(join(folder, config), {
    compilerOptions: {
      target: 'ES2022',
      lib: ['ES2022', 'DOM', 'DOM.Iterable'],
      module: moduleResolution === 'nodenext' ? 'nodenext' : 'esnext',
      moduleResolution,
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      // Our own declarations are checked with the rest, not taken on trust.
      skipLibCheck: false,
      types: name === 'dev-issuer' ? ['node'] : [],
    },
    files,
  })
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { code, output } = await run(process.execPath, [tsc, '-p', config], {
    cwd: folder,
    quiet: true,
  })
  return code === 0 ? '' : output
}

/**
 * Imports an entry in plain Node and looks at what the import did to the process.
 *
 * @param {string} folder
 * @param {string} entry
 * @param {string[]} frameworks Imported before the look, for what they do is not ours to answer for.
 * @returns {Promise<string>} What it did that it must not; empty if all is well.
 */
export async function importInNode(folder, entry, frameworks) {
  copyFileSync(join(root, 'scripts/lib/import-probe.mjs'), join(folder, 'import-probe.mjs'))
  const { code, output } = await run(process.execPath, ['import-probe.mjs', entry, ...frameworks], {
    cwd: folder,
    quiet: true,
    timeoutMs: 30_000,
  })
  return code === 0 && output === '' ? '' : output || 'it keeps the process alive'
}

/** @param {string[]} entries */
function everythingOf(entries) {
  return entries.map((entry, index) => `export * as entry${index} from '${entry}'\n`).join('')
}

/**
 * @param {string} path
 * @param {object} content
 */
function writeJson(path, content) {
  writeFileSync(path, JSON.stringify(content, undefined, 2))
}
