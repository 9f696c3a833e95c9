// The demo's own parts in Vue.
import { inject, onScopeDispose, shallowRef, type InjectionKey, type ShallowRef } from 'vue'
import type { Demo } from '../shared/create-demo.js'
import type { Store } from '../shared/store.js'

export const demoKey: InjectionKey<Demo> = Symbol('demo')

export function useDemo(): Demo {
  const demo = inject(demoKey)
  if (!demo) throw new Error('useDemo() needs app.provide(demoKey, demo).')
  return demo
}

export function useStore<Value>(store: Store<Value>): Readonly<ShallowRef<Value>> {
  const value = shallowRef(store.get())
  onScopeDispose(store.subscribe(() => (value.value = store.get())))
  return value
}
