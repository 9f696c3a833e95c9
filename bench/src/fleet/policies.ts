// When a browser asks for its next token: what is usual, and what Latchkey does.

export interface Policy {
  name: string
  /** Whether hidden pages refresh as well. */
  refreshesHidden: boolean
  /** Seconds before expiry at which it refreshes. */
  leadSeconds(lifetimeSeconds: number, random: () => number): number
  /** Seconds until the next try after the n-th failure in a row (from 0). */
  retrySeconds(failures: number, random: () => number): number
}

/** A minute before the end, and again every five seconds: what timers of SPA clients do by default or by their documentation. */
export const fixedLead: Policy = {
  name: 'fixed lead of 60 s, retry every 5 s',
  refreshesHidden: true,
  leadSeconds: (lifetime) => Math.min(60, lifetime / 2),
  retrySeconds: () => 5,
}

/** The same timers, stopped while the page is hidden: what part of the difference is only that. */
export const fixedLeadVisible: Policy = {
  ...fixedLead,
  name: 'the same, only while visible',
  refreshesHidden: false,
}

/** PROTOCOL rules 10 and 24: the first 30 % of min(60 s, 20 % of the life); 4 s · 2ⁿ · (0.5…1), at most 5 min. */
export const latchkey: Policy = {
  name: 'Latchkey: jitter and backoff, only while visible',
  refreshesHidden: false,
  leadSeconds(lifetime, random) {
    const window = Math.min(60, lifetime * 0.2)
    return window * (1 - 0.3 * random())
  },
  retrySeconds: (failures, random) => Math.min(300, 4 * 2 ** failures * (0.5 + 0.5 * random())),
}
