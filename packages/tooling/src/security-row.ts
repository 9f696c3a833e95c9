/** `invariant`: holds in every test · `must`, `should`, `may`: of a standard · `attack` · `module`: an RP test of the OpenID Foundation. */
export type RowLevel = 'invariant' | 'must' | 'should' | 'may' | 'attack' | 'module'

export interface SecurityRow {
  readonly id: string
  readonly level: RowLevel
  readonly title: string
  /** Why there is nothing to test; without it the row applies. */
  readonly leftOut?: string
}

/** As the lists write a row; the last part says why it is left out. */
export type Entry = [id: string, title: string, leftOut?: string]
