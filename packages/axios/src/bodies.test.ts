import { Readable } from 'node:stream'
import { toFormData } from 'axios'
import { bodies, streams, type BodyCase } from './testing/bodies.js'
import { testBodies } from './testing/body-matrix.js'

// what is piped into a request is gone; what axios makes of an object for a form is such a stream in Node
const piped: readonly BodyCase[] = [
  { name: 'a Node stream', make: () => Readable.from(['a', 'b']), once: true },
  { name: "Node's form-data", make: () => toFormData({ a: 1 }), once: true },
]

testBodies(['http'], [...bodies, ...piped])
testBodies(['fetch'], [...bodies, ...streams])
