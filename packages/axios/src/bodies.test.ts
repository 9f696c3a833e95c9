import { Readable } from 'node:stream'
import { bodies, streams } from './testing/bodies.js'
import { testBodies } from './testing/body-matrix.js'

const piped = { name: 'a Node stream', make: () => Readable.from(['a', 'b']), once: true } as const

testBodies(['http'], [...bodies, piped])
testBodies(['fetch'], [...bodies, ...streams])
