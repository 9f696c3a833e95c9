/** When what a page holds may be old, it reads the store once (PROTOCOL rule 6). */
import { adoptStored } from './adopt-session.js'
import type { ClientContext } from './client-context.js'

/** Reads under way: one at a time, and one more for whoever asked meanwhile. */
const reads = new WeakMap<object, Promise<void>>()

/** Settles when what the page holds may be trusted: at once if nothing has cast a doubt. A store that fails leaves memory as it is. */
export async function untilVerified<User>(context: ClientContext<User>): Promise<void> {
  await context.restored
  if (!context.memory.verified) await syncWithStore(context)
}

/** Reads the store and follows it. Never rejects. */
export function syncWithStore<User>(context: ClientContext<User>): Promise<void> {
  const running = reads.get(context)
  const read = (running ?? Promise.resolve()).then(() => readOnce(context))
  const entry = read.finally(() => reads.get(context) === entry && reads.delete(context))
  reads.set(context, entry)
  return running ? entry : read
}

async function readOnce<User>(context: ClientContext<User>): Promise<void> {
  const { environment, names, memory } = context
  try {
    await adoptStored(context, await environment.store.read(names.session), 'another-tab')
  } catch {
    // memory is what is left; the page goes on with it
    if (memory.state.status === 'restoring' && memory.record)
      memory.dispatch({ type: 'nobody-here', reason: 'signed-out' })
  }
}
