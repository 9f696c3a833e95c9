/** Ends the session in all tabs after the app's own idle limit. Activity of any tab counts for all; it is kept outside the session record. */
import { setAlarm } from '../environment/long-timer.js'
import { isObject, parseSessionRecord } from '../session/session-record.js'
import { buildTombstone } from '../session/tombstone.js'
import { adoptRecord } from './adopt-session.js'
import type { ClientContext } from './client-context.js'
import { revokeLater } from './revoke-later.js'

const defaultWarningMs = 60_000
/** How often activity is told to other tabs, and how often at most it is stored, in ms. */
const tellMs = 1000
const storeMs = 15_000

export interface IdleWatch {
  /** The user is active. */
  report(): void
  /** Whether a session that was found may be shown: not if the user was idle for too long while no page was open. */
  isOver(): Promise<boolean>
  end(): Promise<void>
  stop(): void
}

export function watchIdleness<User>(
  context: ClientContext<User>,
  idleTimeoutMs: number,
): IdleWatch {
  const { environment, memory, options, names } = context
  const { clock, store, page } = environment
  const warningMs = Math.min(options.idleWarningMs ?? defaultWarningMs, idleTimeoutMs)
  let last = clock.now()
  let toldAt = -Infinity
  let storedAt = -Infinity
  let isWarned = false
  let disarm = () => {}

  function arm(): void {
    disarm()
    if (memory.record?.state !== 'signed-in') return
    const endsAt = last + idleTimeoutMs
    disarm = isWarned
      ? setAlarm(clock, endsAt, () => void endIfIdle())
      : setAlarm(clock, endsAt - warningMs, () => void warnIfIdle())
  }

  function sawActivity(at: number): void {
    if (at <= last) return
    last = at
    if (isWarned) warn(undefined)
    arm()
  }

  /** In the state as well: a dialog that is mounted while the warning runs must show it. */
  function warn(at: number | undefined): void {
    isWarned = at !== undefined
    memory.dispatch({ type: 'refresh-moved', moved: { signOutAt: at } })
    memory.emit('idle-warning', { at })
  }

  function report(): void {
    const now = clock.now()
    sawActivity(now)
    if (now - toldAt >= tellMs) {
      toldAt = now
      context.tell({ type: 'active' })
    }
    if (now - storedAt >= Math.min(storeMs, idleTimeoutMs / 4)) {
      storedAt = now
      void store
        .update(names.activity, () => ({ put: { at: now }, result: undefined }))
        .catch(() => {})
    }
  }

  /** Another tab may have been active without this one hearing of it: frozen tabs hear nothing. */
  async function readLast(): Promise<void> {
    const value = await store.read(names.activity).catch(() => undefined)
    if (isObject(value) && typeof value['at'] === 'number')
      sawActivity(Math.min(value['at'], clock.now()))
  }

  async function warnIfIdle(): Promise<void> {
    await readLast()
    if (clock.now() < last + idleTimeoutMs - warningMs) return arm()
    warn(last + idleTimeoutMs)
    arm()
  }

  async function endIfIdle(): Promise<void> {
    await readLast()
    if (clock.now() < last + idleTimeoutMs) return arm()
    await end()
  }

  async function end(): Promise<void> {
    const known = memory.record
    const ended = await store.update(names.session, (value) => {
      const record = parseSessionRecord(value, options)
      if (record?.state !== 'signed-in') return { result: undefined }
      const tombstone = buildTombstone(record, 'ended', { reason: 'idle' })
      return { put: tombstone, result: { record, tombstone } }
    })
    if (!ended) return
    if (known) adoptRecord(context, ended.tombstone, 'this-tab')
    page.writeMarker(names.shared, `-${ended.record.sessionId}`)
    context.tell({ type: 'changed', generation: ended.tombstone.generation })
    const { refreshToken } = ended.record
    if (refreshToken)
      void context
        .loadProtocol()
        .then((protocol) => revokeLater(context, protocol, refreshToken, ended.record))
        .catch(() => {})
  }

  const stops = [
    page.onActivity(report),
    memory.subscribe(arm),
    context.hear((message) => {
      if (message.type === 'active') sawActivity(clock.now())
    }),
  ]
  return {
    report,
    end,
    async isOver() {
      const value = await store.read(names.activity).catch(() => undefined)
      const at = isObject(value) && typeof value['at'] === 'number' ? value['at'] : undefined
      return at !== undefined && clock.now() - at >= idleTimeoutMs
    },
    stop() {
      disarm()
      for (const stop of stops) stop()
    },
  }
}
