// Finds the pnpm this repository is pinned to, on a machine that may have none or another one.
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from './run.mjs'
import { root } from './root.mjs'
import { say } from './say.mjs'

/** What npm hands to its scripts that another package manager may still want to hear. */
const KEPT = /^npm_config_(registry|proxy|https_proxy|noproxy|cafile|strict_ssl|userconfig)$/

/** Gives the pinned pnpm version, from `packageManager` in package.json. */
export function pinnedPnpmVersion() {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return /^pnpm@([^+]+)/.exec(manifest.packageManager)?.[1] ?? ''
}

/**
 * Gives an environment in which the command `pnpm` is the pinned one, or undefined if it cannot be had.
 *
 * @returns {Promise<{ env: NodeJS.ProcessEnv, found: 'path' | 'npm' } | undefined>}
 */
export async function environmentWithPnpm() {
  const version = pinnedPnpmVersion()
  const env = environmentForPnpm()
  if (await isPnpm(version, env)) return { env, found: 'path' }

  say(`pnpm ${version} is not on the PATH; asking npm for it`)
  const path = await pathOfDownloadedPnpm(version, env)
  if (!path) return undefined
  const downloaded = { ...env, PATH: path }
  return (await isPnpm(version, downloaded)) ? { env: downloaded, found: 'npm' } : undefined
}

/** Our environment without what npm sets for its scripts: pnpm would take it for its own configuration. */
function environmentForPnpm() {
  const env = { ...process.env }
  for (const name of Object.keys(env)) {
    if (name.startsWith('npm_') && !KEPT.test(name)) delete env[name]
  }
  return {
    ...env,
    // A pnpm that is a corepack shim neither asks nor downloads: npm does that below.
    COREPACK_ENABLE_DOWNLOAD_PROMPT: '0',
    COREPACK_ENABLE_NETWORK: '0',
  }
}

/**
 * @param {string} version
 * @param {NodeJS.ProcessEnv} env
 */
async function isPnpm(version, env) {
  const { code, output } = await run('pnpm', ['--version'], {
    cwd: root,
    env,
    quiet: true,
    timeoutMs: 30_000,
  })
  return code === 0 && output.trim() === version
}

/**
 * Lets npm download pnpm into its own cache and gives the PATH that npm would run it with.
 *
 * @param {string} version
 * @param {NodeJS.ProcessEnv} env
 */
async function pathOfDownloadedPnpm(version, env) {
  const npm = npmCommand()
  // `npm exec --yes`, not npx: npx without it fails where npm is configured with yes=false.
  const { code, output } = await run(
    npm.command,
    [
      ...npm.args,
      'exec',
      '--yes',
      `--package=pnpm@${version}`,
      '--',
      'node',
      '-p',
      '`PATH=${process.env.PATH}`',
    ],
    { cwd: root, env, quiet: true, timeoutMs: 300_000 },
  )
  const path = /^PATH=(.*)$/m.exec(output)?.[1]
  const hasPnpm = path?.split(delimiter).some((folder) => existsSync(join(folder, 'pnpm')))
  return code === 0 && hasPnpm ? path : undefined
}

/** The npm we were started by, else the one on the PATH. */
function npmCommand() {
  const script = process.env.npm_execpath
  return script?.endsWith('npm-cli.js')
    ? { command: process.execPath, args: [script] }
    : { command: 'npm', args: [] }
}
