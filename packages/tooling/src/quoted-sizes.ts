// The sizes a README quotes, between markers: `<!-- size:core -->4.9 kB<!-- /size -->`.

export interface QuotedSize {
  name: string
  text: string
}

/** Finds the sizes that a Markdown text quotes. */
export function findQuotedSizes(markdown: string): QuotedSize[] {
  const marked = /<!-- size:([\w-]+) -->([^<]*)<!-- \/size -->/g
  return [...markdown.matchAll(marked)].map(([, name = '', text = '']) => ({ name, text }))
}

/** Writes a size as a README quotes it: kilobytes of 1,000 bytes, one decimal. */
export function quoteSize(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}
