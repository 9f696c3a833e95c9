import { testAttachedAxios } from './testing/attached-axios-cases.js'

testAttachedAxios(['http', 'fetch'])
