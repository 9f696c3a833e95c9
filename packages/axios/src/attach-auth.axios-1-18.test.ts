import { vi } from 'vitest'
import { testAttachedAxios } from './testing/attached-axios-cases.js'

vi.mock('axios', () => import('axios-1-18'))

testAttachedAxios(['http', 'fetch'])
