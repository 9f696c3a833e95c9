import type { Measure } from '../lib/measure.js'
export const fleet: Measure = {
  name: 'fleet',
  title: 'fleet',
  about: '',
  run: async () => ({ rows: [], settings: {} }),
}
