// Runs another program: nothing to type (standard input is closed), its output shown or collected.
import { spawn } from 'node:child_process'

/**
 * @typedef {object} RunOptions
 * @property {NodeJS.ProcessEnv} [env] Default: our own environment.
 * @property {string} [cwd]
 * @property {number} [timeoutMs] The program is ended after that long. Default: never.
 * @property {boolean} [quiet] Collect the output instead of showing it.
 */

/**
 * Runs a program to its end. Never rejects: a program that cannot be started has the code 127.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, options = {}) {
  const { quiet = false, env, cwd, timeoutMs } = options
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
      // On Windows npm and pnpm are .cmd files, which only a shell can start.
      shell: process.platform === 'win32' && command !== process.execPath,
      ...(env && { env }),
      ...(cwd && { cwd }),
      ...(timeoutMs && { timeout: timeoutMs }),
    })
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    child.on('error', () => resolve({ code: 127, output }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}
