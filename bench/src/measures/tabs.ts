import type { Measure } from '../lib/measure.js'
export const tabs: Measure = {
  name: 'tabs',
  title: 'tabs',
  about: '',
  run: async () => ({ rows: [], settings: {} }),
}
