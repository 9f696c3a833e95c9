/** Reads `WWW-Authenticate`: several challenges, quoted strings, a size cap (RFC 9110 §11.6.1, RFC 6750 §3, RFC 9470 §3). */

export interface Challenge {
  /** Lower case. */
  readonly scheme: string
  /** Names in lower case; the first of a repeated one counts. */
  readonly parameters: Readonly<Record<string, string>>
}

const cap = 8192

/** Never throws: what cannot be read is left out. Every character is looked at a few times at most. */
export function parseChallenges(header: string | null): Challenge[] {
  const challenges: Challenge[] = []
  let parameters: Record<string, string> = {}
  const gap = /[,\s]*/y
  const item =
    /([!#$%&'*+.^_`|~\w-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~\w-]+))|(?:[ \t]+[\w.~+/-]+=*(?=\s*(?:,|$)))?)/y
  const text = (header ?? '').slice(0, cap)
  for (let position = 0; position < text.length;) {
    // a gap is skipped for itself: it must not be tried anew from each of its characters
    gap.lastIndex = position
    gap.exec(text)
    item.lastIndex = position = gap.lastIndex
    const match = item.exec(text)
    // what cannot be read ends at the next comma
    position = match ? item.lastIndex : text.indexOf(',', position) + 1 || text.length
    if (!match) continue
    const [, name = '', quoted, plain] = match
    const value = quoted?.replace(/\\(.)/g, '$1') ?? plain
    if (value === undefined) {
      parameters = Object.create(null) as Record<string, string>
      challenges.push({ scheme: name.toLowerCase(), parameters })
    } else parameters[name.toLowerCase()] ??= value
  }
  return challenges
}

/** The challenge that names this error, of a scheme that concerns access tokens. */
export function findChallenge(header: string | null, error: string): Challenge | undefined {
  return parseChallenges(header).find(
    ({ scheme, parameters }) =>
      (scheme === 'bearer' || scheme === 'dpop') && parameters['error'] === error,
  )
}
