// The demo's own parts in React.
import { createContext, use, useSyncExternalStore, type ReactNode } from 'react'
import type { Demo } from '../shared/create-demo.js'
import type { Store } from '../shared/store.js'

const DemoContext = createContext<Demo | undefined>(undefined)

export function DemoProvider({ demo, children }: { demo: Demo; children: ReactNode }) {
  return <DemoContext value={demo}>{children}</DemoContext>
}

export function useDemo(): Demo {
  const demo = use(DemoContext)
  if (!demo) throw new Error('useDemo() needs a <DemoProvider> above it.')
  return demo
}

export function useStore<Value>(store: Store<Value>): Value {
  return useSyncExternalStore(store.subscribe, store.get)
}
