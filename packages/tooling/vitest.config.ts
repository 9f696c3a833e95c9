import { unitTests } from './src/unit-tests.js'

export default unitTests('tooling')
