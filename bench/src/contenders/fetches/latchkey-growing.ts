import type { FetchContender } from '../fetch-contender.js'
import { clientOptions, openClient } from '../sessions/latchkey.js'
import { contender as latchkey } from './latchkey.js'

interface Growth {
  /** How many APIs with tokens of their own. */
  resources?: number
  /** Which of several clients of this origin. */
  name?: string
}

/** As many resources and clients as localStorage says; there, because it outlives the sign-in. */
export const contender: FetchContender = {
  ...latchkey,
  session: {
    open(settings) {
      const stored = localStorage.getItem('bench-growth') ?? '{}'
      const { resources = 0, name = '' } = JSON.parse(stored) as Growth
      const listed = Array.from({ length: resources }, (_, n) => ({
        url: `/api/r${n}/`,
        resource: `urn:bench:r${n}`,
      }))
      const options = clientOptions(settings)
      return openClient({ ...options, name, resources: [...(options.resources ?? []), ...listed] })
    },
  },
}
