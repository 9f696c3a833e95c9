// @vitest-environment happy-dom
import { bodies } from './testing/bodies.js'
import { testBodies } from './testing/body-matrix.js'

testBodies(['xhr'], bodies)
