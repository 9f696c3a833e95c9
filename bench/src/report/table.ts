import type { Cell } from '../lib/measure.js'

/** A Markdown table, readable as plain text too: columns of one width. */
export function table(rows: readonly Record<string, Cell>[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  if (columns.length === 0) return '(nothing was measured)'
  const lines = [columns, ...rows.map((row) => columns.map((column) => shown(row[column])))]
  const widths = columns.map((_, column) =>
    Math.max(3, ...lines.map((line) => (line[column] ?? '').length)),
  )
  const isNumeric = columns.map((column) =>
    rows.every((row) => row[column] === undefined || typeof row[column] === 'number'),
  )
  const rule = widths.map((width, column) =>
    isNumeric[column] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  )
  const [head = [], ...body] = lines
  return [head, rule, ...body]
    .map((line) => `| ${line.map((text, column) => fit(text, column)).join(' | ')} |`)
    .join('\n')

  function fit(text: string, column: number): string {
    const width = widths[column] ?? 0
    return isNumeric[column] ? text.padStart(width) : text.padEnd(width)
  }
}

function shown(cell: Cell): string {
  if (cell === undefined) return ''
  return typeof cell === 'number'
    ? cell.toLocaleString('en', { maximumSignificantDigits: 6 })
    : String(cell)
}
