import type { Measure } from '../lib/measure.js'
export const memory: Measure = {
  name: 'memory',
  title: 'memory',
  about: '',
  run: async () => ({ rows: [], settings: {} }),
}
