// Everything of a page that others can read or that outlives it, as texts; runs inside the page.

export interface Sink {
  readonly name: string
  readonly text: string
}

/** The client's own database is not a sink: it is where tokens live. */
export async function readSinks(homeDatabase: string): Promise<Sink[]> {
  const sinks: Sink[] = [
    { name: 'location', text: location.href },
    { name: 'history.state', text: JSON.stringify(history.state) ?? '' },
    { name: 'document', text: `${document.title} ${document.documentElement.outerHTML}` },
    { name: 'localStorage', text: entriesOf('localStorage') },
    { name: 'sessionStorage', text: entriesOf('sessionStorage') },
    { name: 'document.cookie', text: document.cookie },
    { name: 'window.name', text: window.name },
    // the navigation entry keeps the address a page was loaded with: the browser's doing
    {
      name: 'performance entries',
      text: performance
        .getEntries()
        .filter(({ entryType }) => entryType !== 'navigation')
        .map(({ name }) => name)
        .join(' '),
    },
    { name: 'window', text: Object.keys(window).map(describeGlobal).join(' ') },
  ]
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys())
      sinks.push({
        name: `cache ${name}`,
        text: `${request.url} ${await (await cache.match(request))?.text()}`,
      })
  }
  for (const { name = '' } of await databases())
    if (name !== homeDatabase)
      sinks.push({ name: `IndexedDB ${name}`, text: await readDatabase(name) })
  return sinks

  // a test may have blocked a storage: nothing is in it then
  function entriesOf(storage: 'localStorage' | 'sessionStorage'): string {
    try {
      return JSON.stringify(Object.entries(window[storage]))
    } catch {
      return ''
    }
  }

  async function databases(): Promise<IDBDatabaseInfo[]> {
    try {
      return await indexedDB.databases()
    } catch {
      return []
    }
  }

  /** Data only, and not deep: the browser's own objects are listed above. */
  function describeGlobal(name: string): string {
    try {
      const value = (window as unknown as Record<string, unknown>)[name]
      const isPlain = Object.prototype.toString.call(value) === '[object Object]'
      return isPlain || typeof value === 'string' ? `${name} ${JSON.stringify(value)}` : name
    } catch {
      return name
    }
  }

  function readDatabase(name: string): Promise<string> {
    return new Promise((resolve) => {
      const opening = indexedDB.open(name)
      opening.onerror = () => resolve('')
      opening.onsuccess = () => {
        const database = opening.result
        const stores = [...database.objectStoreNames]
        const texts: string[] = []
        if (stores.length === 0) return done()
        const transaction = database.transaction(stores)
        for (const store of stores) {
          const reading = transaction.objectStore(store).getAll()
          reading.onsuccess = () => void texts.push(JSON.stringify(reading.result))
        }
        transaction.oncomplete = done
        function done(): void {
          database.close()
          resolve(texts.join(' '))
        }
      }
    })
  }
}
