import { unitTests } from '../tooling/src/unit-tests.js'

export default unitTests('dev-issuer')
