// Latchkey's tools run on Node 20.19 and newer; Node 21 and the first versions of 22 lack what Vite needs.
import { giveUp } from './say.mjs'

/** Ends the script with one sentence when this Node is too old. */
export function checkNodeVersion(version = process.versions.node) {
  if (isSupported(version)) return
  giveUp(
    `this is Node ${version}; please install Node 20.19 or newer (of Node 22: 22.12 or newer), then run the command again.`,
  )
}

/** @param {string} version */
export function isSupported(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major === 20) return minor >= 19
  if (major === 22) return minor >= 12
  return major > 22
}
