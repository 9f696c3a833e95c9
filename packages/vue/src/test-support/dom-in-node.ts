/** Gives Node a document for the framework, and nothing else: the simulated pages of core need Node's own EventTarget. */
import { Window } from 'happy-dom'

const window = new Window()
const { document, Element, SVGElement } = window
Object.assign(globalThis, { window, document, Element, SVGElement })
