// The code blocks of a README that are promised to work: each is marked with its name.

export interface Snippet {
  name: string
  /** `ts`, `tsx` or `vue`. */
  language: string
  code: string
}

/** Finds the blocks that follow a line `<!-- snippet: name -->`. */
export function findSnippets(markdown: string): Snippet[] {
  const marked = /<!-- snippet: ([\w-]+) -->\s*```(tsx?|vue)\n(.*?)```/gs
  return [...markdown.matchAll(marked)].map(([, name = '', language = '', code = '']) => ({
    name,
    language,
    code,
  }))
}

/** Lines that count: the blank ones do not. */
export function countLines({ code }: Snippet): number {
  return code.split('\n').filter((line) => line.trim()).length
}
