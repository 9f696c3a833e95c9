// @vitest-environment happy-dom
import { testAttachedAxios } from './testing/attached-axios-cases.js'

testAttachedAxios(['xhr'])
