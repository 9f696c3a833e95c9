/** The whole client, loaded when the first screen is up or something first needs it: follows other tabs, refreshes, signs in and out. */
import type { SignInOptions, SignOutOptions } from '../auth-client.js'
import type { Environment, PopupWindow } from '../environment/environment.js'
import type { RequestKeeper, TokenWish } from '../session/request-door.js'
import type { SessionRecord, StoredAccessToken } from '../session/session-record.js'
import type { UserClaims } from '../session/state.js'
import { encodeTabMessage, parseTabMessage, type TabMessage } from '../session/tab-message.js'
import type { ClientContext, ClientShell } from './client-context.js'
import { untilSaved } from './commit-refresh.js'
import { completeSignIn } from './complete-sign-in.js'
import { fetchUserInfo } from './fetch-user-info.js'
import { followOtherTabs } from './follow-other-tabs.js'
import { keepRequests } from './keep-requests.js'
import { lateCode } from './late-code.js'
import { protocolLoader } from './load-protocol.js'
import { answerPings } from './proof-of-life.js'
import { obtainToken } from './refresh-access-token.js'
import { restoreSession } from './restore-session.js'
import { scheduleRefresh } from './schedule-refresh.js'
import { signIn } from './sign-in.js'
import { signOut } from './sign-out.js'
import { syncWithStore } from './sync-with-store.js'
import { runningAttempts } from './until-attempt-is-over.js'
import { watchSleep } from './watch-sleep.js'

export interface SessionKeeper {
  readonly requests: RequestKeeper
  obtainToken(wish: TokenWish, signal: AbortSignal | undefined): Promise<StoredAccessToken>
  restore(): Promise<void>
  completeSignIn(response: URLSearchParams): Promise<void>
  signIn(options: SignInOptions, popup: PopupWindow | null | undefined): Promise<void>
  /** @param known - The session that was left. */
  signOut(options: SignOutOptions, known: SessionRecord | undefined): Promise<void>
  fetchUserInfo(): Promise<UserClaims>
  reportActivity(): Promise<void>
  dispose(): void
}

/** How long after the start the protocol layer is loaded ahead of need, in ms: a redeployed site cannot take it away later. */
const preloadMs = 3000

export function keepSession<User>(
  shell: ClientShell<User>,
  environment: Environment,
): SessionKeeper {
  const { names, options, memory } = shell
  const { page, clock } = environment
  const channel = environment.openChannel(names.shared)
  const sleep = watchSleep(page)
  const hearers = new Set<(message: TabMessage) => void>()
  let signingIn: Promise<void> | undefined

  const context: ClientContext<User> = {
    ...shell,
    environment,
    channel,
    loadProtocol: shell.loadProtocol ?? protocolLoader(options, environment, names),
    tell: (message) => channel.post(encodeTabMessage(message)),
    hear(listener) {
      hearers.add(listener)
      return () => hearers.delete(listener)
    },
    hasPage: true,
    ownIntents: new Set(),
    isAsleep: sleep.isAsleep,
    untilAwake: sleep.untilAwake,
    naps: sleep.naps,
    spent: new Set(),
    spentSessions: new Set(),
    unsaved: [],
    unstored: undefined,
    tellSignOut: undefined,
    toldStop: new Set(),
    heardGeneration: 0,
    refusedKeys: new Set(),
    random: environment.random,
    warn: (message) => (options.logger ?? console).warn(message),
  }

  function openChannel(): void {
    channel.open((data) => {
      const message = parseTabMessage(data)
      if (message) for (const hearer of [...hearers]) hearer(message)
    })
  }

  openChannel()
  const stopAnswering = answerPings(context)
  const stops = [
    followOtherTabs(context),
    page.onMoment((moment) => {
      // an open channel keeps the page out of the back/forward cache
      if (moment === 'pagehide') channel.close()
      if (moment === 'pageshow') openChannel()
    }),
    clock.setTimer(() => void context.loadProtocol().catch(() => {}), preloadMs),
  ]
  if (options.proactiveRefresh !== false) stops.push(scheduleRefresh(context, context.random))
  const { idleTimeoutMs } = options
  const idle =
    idleTimeoutMs === undefined
      ? undefined
      : lateCode(import('./idle-sign-out.js')).then(({ watchIdleness }) =>
          watchIdleness(context, idleTimeoutMs),
        )
  // a page that cannot load it says so when it restores
  idle?.catch(() => {})

  // until now nobody listened to the other tabs
  if (memory.verified) void syncWithStore(context)

  return {
    requests: keepRequests(context, () => signingIn),
    obtainToken: (wish, signal) => obtainToken(context, wish, signal),
    async restore() {
      const watch = await idle
      if (await watch?.isOver()) await watch?.end()
      return restoreSession(context)
    },
    completeSignIn: (response) => completeSignIn(context, response),
    signIn(signInOptions, popup) {
      const running = signIn(context, signInOptions, popup)
      signingIn = running
      const over = () => {
        if (signingIn === running) signingIn = undefined
      }
      running.then(over, over)
      return running
    },
    signOut: (signOutOptions, known) => signOut(context, signOutOptions, known),
    fetchUserInfo: () => fetchUserInfo(context),
    reportActivity: async () => (await idle)?.report(),
    dispose() {
      void idle?.then((watch) => watch.stop())
      for (const stop of stops.splice(0)) stop()
      // a refresh under way goes on, and other tabs must be able to tell that it lives
      void Promise.allSettled(runningAttempts(context))
        .then(() => untilSaved(context))
        .then(() => {
          sleep.stop()
          stopAnswering()
          channel.close()
        })
    },
  }
}
