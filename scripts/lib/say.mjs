// What the scripts tell the person who runs them.

/** Says one line. */
export function say(/** @type {string} */ line) {
  process.stdout.write(`latchkey: ${line}\n`)
}

/**
 * Ends the script with one clear sentence.
 *
 * @param {string} sentence
 * @returns {never}
 */
export function giveUp(sentence) {
  process.stderr.write(`\nlatchkey: ${sentence}\n`)
  process.exit(1)
}

/** Says a duration as people read it: `0.4 s`, `12.3 s`, `2 min 05 s`. */
export function inWords(/** @type {number} */ durationMs) {
  const seconds = durationMs / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
}
