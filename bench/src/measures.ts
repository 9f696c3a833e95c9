// All measures, in the order of the report.
import type { Measure } from './lib/measure.js'
import { cachedToken } from './measures/cached-token.js'
import { callback } from './measures/callback.js'
import { fleet } from './measures/fleet.js'
import { growth } from './measures/growth.js'
import { happyPath } from './measures/happy-path.js'
import { memory } from './measures/memory.js'
import { reload } from './measures/reload.js'
import { sizes } from './measures/sizes.js'
import { storm } from './measures/storm.js'
import { tabs } from './measures/tabs.js'

export const measures: Measure[] = [
  sizes,
  happyPath,
  cachedToken,
  storm,
  tabs,
  reload,
  callback,
  memory,
  growth,
  fleet,
]
