// Latchkey as it would write records of the version before: a second copy, of another age, on the same origin (SCENARIOS S1).
import type { Plugin } from 'vite'

/** What is put in place of what, by file. */
const changes: Record<string, readonly [string, string][]> = {
  'session/session-record.ts': [['recordVersion = 1', 'recordVersion = 0']],
  'session/tombstone.ts': [
    ['minReader: 1,', ''],
    // it knows no such field
    ['minReader <= recordVersion', 'minReader >= 0'],
  ],
  'flows/complete-sign-in.ts': [
    ['minReader: 1,', ''],
    ['signOuts: 0,', ''],
  ],
}

/** Fails where a text to be replaced is gone. */
export function olderCopy(): Plugin {
  const left = new Set(Object.keys(changes))
  return {
    name: 'older-copy',
    enforce: 'pre',
    transform(code, id) {
      const file = Object.keys(changes).find((name) => id.endsWith(`/core/src/${name}`))
      if (!file) return undefined
      left.delete(file)
      return changes[file]!.reduce((text, [from, to]) => {
        if (!text.includes(from)) throw new Error(`${file} has no "${from}"`)
        return text.replace(from, to)
      }, code)
    },
    buildEnd() {
      if (left.size > 0) throw new Error(`not met: ${[...left].join(', ')}`)
    },
  }
}
