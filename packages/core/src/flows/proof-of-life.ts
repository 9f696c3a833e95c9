/** Whether the tab that wrote an intent lives: its lock proves it, ages and time-outs do not (PROTOCOL rules 13, 25). */
import { ownerLockName } from '../session/owner-lock.js'
import type { ClientContext } from './client-context.js'

const pongMs = 2000

/**
 * It holds a lock of the intent's name; without Web Locks it has not been silent for long, or answers.
 *
 * @param isSilent - Nothing was heard of it for as long as a refresh may take.
 */
export async function isOwnerAlive<User>(
  context: ClientContext<User>,
  intent: string,
  isSilent: boolean,
): Promise<boolean> {
  const { locks } = context.environment
  if (context.ownIntents.has(intent)) return true
  if (locks.available) return locks.isHeld(ownerLockName(context.names, intent)).catch(() => true)
  return !isSilent || answersPing(context, intent)
}

/** Whether the owner answers within 2 s: a frozen or blocked tab lives, but does not. */
export function answersPing<User>(context: ClientContext<User>, intent: string): Promise<boolean> {
  if (context.ownIntents.has(intent)) return Promise.resolve(true)
  return new Promise((resolve) => {
    const settle = (isAlive: boolean) => {
      stop()
      cancel()
      resolve(isAlive)
    }
    const stop = context.hear((message) => {
      // what cannot be read may be the answer
      if (message.type === 'unreadable' || (message.type === 'pong' && message.intent === intent))
        settle(true)
    })
    const cancel = context.environment.clock.setTimer(() => settle(false), pongMs)
    context.tell({ type: 'ping', intent })
  })
}

/** Answers for the intents of this page. Returns the undo. */
export function answerPings<User>(context: ClientContext<User>): () => void {
  return context.hear((message) => {
    for (const intent of context.ownIntents)
      // … or the question
      if (message.type === 'unreadable' || (message.type === 'ping' && message.intent === intent))
        context.tell({ type: 'pong', intent })
  })
}
