// What a defence is: how to take it out of the source, and the tests that must notice.

export interface Defence {
  readonly what: string
  /** The source file, relative to `packages`. */
  readonly file: string
  /** Stands in the file exactly once. */
  readonly from: string
  readonly to: string
  /** Test files, relative to the package. */
  readonly tests: readonly string[]
}

export const protocol = 'core/src/protocol'
export const session = 'core/src/session'
export const flows = 'core/src/flows'

export function remove(
  what: string,
  file: string,
  from: string,
  to: string,
  ...tests: string[]
): Defence {
  return { what, file, from, to, tests }
}
