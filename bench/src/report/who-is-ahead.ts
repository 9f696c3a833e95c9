// Which peers are better than Latchkey in a measure, and by how much: said by the page, whatever it is.
import type { Cell, Comparison } from '../lib/measure.js'

type Row = Record<string, Cell>

/** Less than this is not told apart. */
const noise = 0.03

export function whoIsAhead(rows: readonly Row[], comparison: Comparison): string[] {
  const { columns, within = [], counts = () => true } = comparison
  return rows.filter(isOurs).flatMap((ours) =>
    columns.flatMap((column) => {
      const value = ours[column]
      if (typeof value !== 'number') return []
      const better = rows.filter(
        (row) =>
          !isOurs(row) &&
          counts(row) &&
          within.every((name) => row[name] === ours[name]) &&
          Number(row[column] ?? Infinity) < value * (1 - noise),
      )
      if (better.length === 0) return []
      const where = within.map((name) => `${name} ${ours[name]}`).join(', ')
      const names = better.map((row) => `${row['contender']} (${row[column]})`).join(', ')
      return [`${column}${where && `, ${where}`}: Latchkey ${value}; better: ${names}.`]
    }),
  )
}

function isOurs(row: Row): boolean {
  return row['contender'] === 'Latchkey'
}
