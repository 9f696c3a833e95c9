import type { Measure } from '../lib/measure.js'
export const callback: Measure = {
  name: 'callback',
  title: 'callback',
  about: '',
  run: async () => ({ rows: [], settings: {} }),
}
