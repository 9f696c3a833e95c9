import type { Measure } from '../lib/measure.js'
export const reload: Measure = {
  name: 'reload',
  title: 'reload',
  about: '',
  run: async () => ({ rows: [], settings: {} }),
}
