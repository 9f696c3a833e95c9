import type { Measure } from '../lib/measure.js'
export const growth: Measure = {
  name: 'growth',
  title: 'growth',
  about: '',
  run: async () => ({ rows: [], settings: {} }),
}
