/** Gives Node a document for the framework, and nothing else: the simulated pages of core need Node's own EventTarget. */
import { Window } from 'happy-dom'

const window = new Window()
const { document, navigator } = window
Object.defineProperties(globalThis, {
  window: { value: window },
  document: { value: document },
  navigator: { value: navigator },
})
