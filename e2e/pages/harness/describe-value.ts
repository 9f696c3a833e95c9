/** Writes down everything a value shows to whoever looks into it, hidden properties and causes too: what a leak could hide in. */

const deepest = 8

export function describeValue(value: unknown, depth = 0, seen = new Set<object>()): unknown {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  if (value === null || value === undefined) return value
  if (typeof value !== 'object') return typeof value
  if (seen.has(value) || depth > deepest) return '…'
  seen.add(value)
  if (value instanceof Headers) return Object.fromEntries(value)
  if (value instanceof Node || value instanceof Window) return value.constructor.name
  const names = new Set(Object.getOwnPropertyNames(value))
  // what requests and errors show through getters of their class
  for (const name of ['name', 'message', 'stack', 'cause', 'code', 'headers', 'url', 'reason'])
    if (name in value) names.add(name)
  const described = [...names].map((name) => [name, describeProperty(value, name, depth, seen)])
  return Object.fromEntries(described) as unknown
}

function describeProperty(value: object, name: string, depth: number, seen: Set<object>): unknown {
  try {
    return describeValue((value as Record<string, unknown>)[name], depth + 1, seen)
  } catch (error) {
    return String(error)
  }
}
