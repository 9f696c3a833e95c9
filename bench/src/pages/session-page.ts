// Opens a contender's session in this page, times it, and offers it to the measures.
import type { OpenSession, SessionContender } from '../contenders/session-contender.js'
import type { SessionPage, TabOutcome } from './bench-window.js'

export function openSessionPage(contender: SessionContender): SessionPage {
  const startedAt = performance.now()
  const opening = contender.open(window.settings)
  const page: SessionPage = {
    opened: opening.then(async (session) => {
      const openMs = performance.now() - startedAt
      if (session.signedIn) await session.token()
      return { signedIn: session.signedIn, openMs, tokenMs: performance.now() - startedAt }
    }),
    signIn: () => void opening.then((session) => session.signIn()),
    token: async () => (await opening).token(),
    async tokenAfterRefusalAt(at, kind) {
      const session = await opening
      const held = kind === 'refused' ? await session.token() : ''
      return atMoment(at, () => want(session, held, kind))
    },
    async timeCachedToken(durationMs) {
      return timePerCall(await opening, durationMs)
    },
  }
  window.session = page
  return page
}

async function want(session: OpenSession, held: string, kind: string): Promise<TabOutcome> {
  const startedAt = performance.now()
  try {
    const token = await (kind === 'refused' ? session.tokenAfterRefusal(held) : session.token())
    if (typeof token !== 'string' || token === held) throw new Error('no other token')
    return { token: token.slice(-12), ms: performance.now() - startedAt }
  } catch (error) {
    const text = error instanceof Error ? error.message : JSON.stringify(error)
    return { error: String(text).slice(0, 120), ms: performance.now() - startedAt }
  }
}

function atMoment<Result>(at: number, work: () => Promise<Result>): Promise<Result> {
  const now = window.machineNow ?? Date.now
  return new Promise((resolve) => setTimeout(() => resolve(work()), Math.max(0, at - now())))
}

/** Calls in batches until the time is up: a clock reading costs as much as the call. */
async function timePerCall(session: OpenSession, durationMs: number): Promise<number> {
  let batch = 1
  for (;;) {
    const startedAt = performance.now()
    for (let i = 0; i < batch; i++) await session.token()
    const tookMs = performance.now() - startedAt
    if (tookMs >= durationMs) return (tookMs * 1e6) / batch
    batch = Math.ceil(batch * Math.min(10, Math.max(2, (durationMs * 1.2) / Math.max(tookMs, 0.1))))
  }
}
