// Reads which modules a source file imports, types included.
import { parseSync, Visitor } from 'oxc-parser'

/** A source file, its path written with slashes and relative to the repository. */
export interface SourceFile {
  path: string
  text: string
}

export interface Import {
  specifier: string
  /**
   * `type` leaves no trace in the emitted JavaScript, `dynamic` is an `import()`, `value` is everything else:
   * also `import { type X } from`, which stays as an import for its side effects.
   */
  kind: 'value' | 'type' | 'dynamic'
  line: number
}

/**
 * Lists the imports and re-exports of a file in the order in which they stand.
 *
 * @throws {Error} The file cannot be parsed, or an `import()` hides what it imports.
 */
export function parseImports({ path, text }: SourceFile): Import[] {
  const { program, errors } = parseSync(path, text)
  if (errors[0]) throw new Error(`${path} cannot be parsed: ${errors[0].message}`)

  const imports: Import[] = []
  function add(source: { value: unknown; start: number }, kind: Import['kind']): void {
    const line = text.slice(0, source.start).split('\n').length
    imports.push({ specifier: String(source.value), kind, line })
  }
  new Visitor({
    ImportDeclaration: (node) => add(node.source, node.importKind === 'type' ? 'type' : 'value'),
    ExportAllDeclaration: (node) => add(node.source, node.exportKind === 'type' ? 'type' : 'value'),
    ExportNamedDeclaration(node) {
      if (node.source) add(node.source, node.exportKind === 'type' ? 'type' : 'value')
    },
    TSImportType: (node) => add(node.source, 'type'),
    ImportExpression({ source }) {
      if (source.type !== 'Literal') {
        throw new Error(`${path} has an import() of something that is not a plain string`)
      }
      add(source, 'dynamic')
    },
  }).visit(program)
  return imports
}
