// What a measure is, and what it gives back.

export type Cell = string | number | boolean | undefined

export interface MeasureResult {
  /** One row per contender (or step), columns by name, the unit in the name. */
  rows: Record<string, Cell>[]
  /** How it was run: rounds, pairs, requests. */
  settings: Record<string, Cell>
  /** What a reader must know to judge the rows. */
  notes?: string[]
}

export interface MeasureOptions {
  /** 1 for a full run; less scales rounds and counts down. */
  scale: number
  /** Names of contenders to take; none: all. */
  only: string[]
  log(line: string): void
}

/** How rows are told better from worse: what the page says of a peer that is ahead follows from it. */
export interface Comparison {
  /** Columns in which less is better. */
  columns: string[]
  /** Only rows that are equal in these are compared. */
  within?: string[]
  /** Whether a row did its job at all: to lose requests quickly is not to be ahead. */
  counts?: (row: Record<string, Cell>) => boolean
}

export interface Measure {
  name: string
  title: string
  /** One sentence: what is compared, and how. */
  about: string
  /** A goal that Latchkey's row is held against, in words. */
  goal?: string
  comparison?: Comparison
  run(options: MeasureOptions): Promise<MeasureResult>
}

/** A count for this run: never less than `least`. */
export function scaled({ scale }: MeasureOptions, full: number, least = 1): number {
  return Math.max(least, Math.round(full * scale))
}

export function chosen<Contender extends { file: string }>(
  contenders: Contender[],
  { only }: MeasureOptions,
): Contender[] {
  return only.length === 0 ? contenders : contenders.filter(({ file }) => only.includes(file))
}

/** One contender that cannot be driven must not end the measure: its row says why. */
export async function rowOrReason(
  contender: string,
  work: () => Promise<Record<string, Cell>>,
): Promise<Record<string, Cell>> {
  try {
    return { contender, ...(await work()) }
  } catch (error) {
    const reason = String(error instanceof Error ? error.message : error)
    return { contender, failed: reason.split('\n')[0]?.slice(0, 160) }
  }
}
