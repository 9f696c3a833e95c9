// Runs inside a consumer project: imports one entry and prints what the import changed. Silence is success.

const [entry = '', ...frameworks] = process.argv.slice(2)
touchLazyGlobals()
for (const framework of frameworks) await import(framework)
const before = snapshot()
await import(entry)
const after = snapshot()

for (const [name, value] of after) {
  if (!before.has(name)) console.log(`${entry} adds the global ${name}`)
  else if (!Object.is(before.get(name), value)) console.log(`${entry} changes the global ${name}`)
}
for (const name of before.keys()) {
  if (!after.has(name)) console.log(`${entry} removes the global ${name}`)
}

/** Node defines some globals when they are first read: a package that only reads them has changed nothing. */
function touchLazyGlobals() {
  // Without a file to keep them in, Node warns about these two when they are read.
  const warning = ['localStorage', 'sessionStorage']
  for (const key of Reflect.ownKeys(globalThis)) {
    if (!warning.includes(String(key))) Reflect.get(globalThis, key)
  }
}

/** Every global and every listener of the process, without calling getters. */
function snapshot() {
  /** @type {Map<string, unknown>} */
  const seen = new Map()
  for (const key of Reflect.ownKeys(globalThis)) {
    const property = Object.getOwnPropertyDescriptor(globalThis, key)
    seen.set(String(key), property && 'value' in property ? property.value : 'a getter')
  }
  for (const event of process.eventNames()) {
    seen.set(`process.on(${String(event)})`, process.listenerCount(event))
  }
  return seen
}
