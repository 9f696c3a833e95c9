import { fixedLead, fixedLeadVisible, latchkey, type Policy } from '../fleet/policies.js'
import { simulateFleet, type FleetLoad, type FleetOptions } from '../fleet/simulate.js'
import { scaled, type Cell, type Measure } from '../lib/measure.js'
import { rounded } from '../lib/statistics.js'

const hour = 3600
const outage = { from: 12 * hour, to: 13 * hour }
const policies = [fixedLead, fixedLeadVisible, latchkey]

export const fleet: Measure = {
  name: 'fleet',
  title: 'A million browsers and one authorization server',
  about:
    'A seeded simulation of a day, second by second, with access tokens of 10 minutes; pages are visible for 10 minutes and hidden for 20, ' +
    'on average. From noon the server is down for an hour; then it answers everything (unlimited), or no more than three times the usual ' +
    'load (limited). Peak factor: the busiest second over the mean of the hours before.',
  async run(options) {
    const base: FleetOptions = {
      browsers: scaled(options, 1_000_000, 1000),
      lifetimeSeconds: 600,
      durationSeconds: 24 * hour,
      visibleSeconds: 600,
      hiddenSeconds: 1200,
      seed: 20261124,
    }
    const rows: Record<string, Cell>[] = []
    for (const policy of policies) {
      rows.push({ situation: 'a day', policy: policy.name, ...ofDay(simulateFleet(policy, base)) })
      options.log(JSON.stringify(rows.at(-1)))
      for (const limited of [false, true]) {
        rows.push({
          situation: limited ? 'outage, limited' : 'outage, unlimited',
          policy: policy.name,
          ...ofOutage(policy, base, limited),
        })
        options.log(JSON.stringify(rows.at(-1)))
      }
    }
    rows.sort((a, b) => String(a['situation']).localeCompare(String(b['situation'])))
    return {
      rows,
      settings: { browsers: base.browsers, lifetimeSeconds: base.lifetimeSeconds, seed: base.seed },
      notes: [
        '"An hour later" looks at the time from one to two hours after the end: how much of the synchrony is left.',
        '"Back to normal": seconds after the end until no second of five minutes is above 1.5 times the usual load.',
        'Not in the model: requests of users that refresh on demand, Retry-After, and people who give up and reload.',
      ],
    }
  },
}

function ofDay({ requests }: FleetLoad): Record<string, Cell> {
  const usual = mean(requests, 2 * hour, 24 * hour)
  return {
    'usual (per s)': rounded(usual),
    'peak (per s)': peak(requests, 2 * hour, 24 * hour),
    'peak factor': rounded(peak(requests, 2 * hour, 24 * hour) / usual),
  }
}

function ofOutage(policy: Policy, base: FleetOptions, limited: boolean): Record<string, Cell> {
  const before = simulateFleet(policy, { ...base, durationSeconds: outage.from })
  const usual = mean(before.requests, 2 * hour, outage.from)
  const { requests } = simulateFleet(policy, {
    ...base,
    outage,
    ...(limited && { capacity: Math.ceil(3 * usual) }),
  })
  const highest = peak(requests, outage.to, outage.to + hour)
  const later = peak(requests, outage.to + hour, outage.to + 2 * hour)
  return {
    'usual (per s)': rounded(usual),
    'peak (per s)': highest,
    'peak factor': rounded(highest / usual),
    'down (per s)': rounded(mean(requests, outage.from + hour / 2, outage.to)),
    'an hour later': rounded(later / usual),
    'back to normal (s)': secondsToNormal(requests, 1.5 * usual),
  }
}

function secondsToNormal(requests: Uint32Array, limit: number): number | undefined {
  let calmSince = outage.to
  for (let second = outage.to; second < requests.length; second++) {
    if ((requests[second] as number) > limit) calmSince = second + 1
    else if (second - calmSince >= 300) return calmSince - outage.to
  }
  return undefined
}

function mean(load: Uint32Array, from: number, to: number): number {
  let sum = 0
  for (let second = from; second < to; second++) sum += load[second] as number
  return sum / (to - from)
}

function peak(load: Uint32Array, from: number, to: number): number {
  let highest = 0
  for (let second = from; second < to; second++) highest = Math.max(highest, load[second] as number)
  return highest
}
