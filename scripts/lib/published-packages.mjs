// The packages people install: which are written, what they export, and their tarballs.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.mjs'
import { run } from './run.mjs'

/**
 * @typedef {object} PublishedPackage
 * @property {string} name As people install it: `@latchkey/core`.
 * @property {string} folder
 * @property {string[]} entries What can be imported: `@latchkey/react`, `@latchkey/react/react-router`.
 * @property {string[]} frameworks What it is written for, by import name: `vue`.
 * @property {string[]} companions What people install beside it, at the version of this workspace: `vue@3.5.45`.
 */

/** @type {Record<string, string[]>} */
const COMPANIONS = {
  '@latchkey/axios': ['axios'],
  '@latchkey/react': ['react', '@types/react', 'react-router', '@tanstack/react-router'],
  '@latchkey/vue': ['vue', 'vue-router'],
  '@latchkey/dev-issuer': ['@types/node'],
}

/**
 * Lists the published packages whose index is written.
 *
 * @returns {PublishedPackage[]}
 */
export function publishedPackages() {
  return ['core', 'axios', 'react', 'vue', 'dev-issuer']
    .map((name) => join(root, 'packages', name))
    .filter((folder) => existsSync(join(folder, 'src/index.ts')))
    .map(describe)
}

/**
 * Packs a package as it would be published.
 *
 * @param {PublishedPackage} published
 * @param {string} destination
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} The tarball's path.
 */
export async function pack(published, destination, env) {
  const { code, output } = await run(
    'pnpm',
    ['pack', '--json', '--pack-destination', destination],
    { cwd: published.folder, env, quiet: true },
  )
  if (code !== 0) throw new Error(`pnpm pack of ${published.name} failed:\n${output}`)
  return JSON.parse(output.slice(output.indexOf('{'))).filename
}

/** @param {string} folder */
function describe(folder) {
  const manifest = readJson(join(folder, 'package.json'))
  const companions = COMPANIONS[manifest.name] ?? []
  const subpaths = Object.keys(manifest.exports).filter((path) => path !== './package.json')
  return {
    name: manifest.name,
    folder,
    entries: subpaths.map((path) => manifest.name + path.slice(1)),
    frameworks: companions.filter((name) => !name.startsWith('@types/')),
    companions: companions.map((name) => {
      const { version } = readJson(join(folder, 'node_modules', name, 'package.json'))
      return `${name}@${version}`
    }),
  }
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
