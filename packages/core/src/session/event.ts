/** The facts an app can listen to, each in the past tense. None ever holds a token. */
import type {
  AuthError,
  ConfigurationError,
  RefreshPostponedError,
  SessionEndReason,
  SessionEndedError,
  StorageError,
} from '../errors.js'
import type { StepUpDemand } from './request-door.js'

/** What `auth.on(type, listener)` hands to the listener, by type. */
export interface AuthEvents {
  /** Somebody signed in, in this tab or in another. `returnTo` only in the tab that came back from the authorization server. */
  'signed-in': { readonly subject: string; readonly returnTo?: string }
  /** The access token was replaced; `generation` grows with every write of the session, in all tabs alike. */
  'token-refreshed': {
    readonly generation: number
    /** Epoch ms. */
    readonly expiresAt: number
    readonly resource: string | undefined
    /** Whether this tab sent the token request, or took over what another one got. */
    readonly by: 'this-tab' | 'another-tab'
  }
  'refresh-postponed': { readonly error: RefreshPostponedError }
  /** The authorization server says our configuration is wrong; told once. */
  'refresh-stopped': { readonly error: AuthError }
  'session-ended': { readonly reason: SessionEndReason; readonly error: SessionEndedError }
  /** Another user signed in; this tab follows. */
  'session-changed': { readonly previousSubject: string; readonly subject: string }
  'signed-out': { readonly by: 'this-tab' | 'another-tab' }
  'storage-failed': { readonly error: StorageError }
  /**
   * An API asked for a stronger sign-in (RFC 9470) or for more scope (RFC 6750 §3.1). The request goes on after a sign-in that the listener
   * starts at once, or after what it gives to `waitUntil`; else, and if that is rejected, the request ends with the API's answer.
   */
  'step-up-required': StepUpDemand & {
    /** For a listener that asks the user first: until when the request waits. Ten minutes at most. */
    waitUntil(work: Promise<unknown>): void
  }
  /** The sign-in brought no refresh token; `reason` says what the developer can change. */
  'no-refresh-token': { readonly error: ConfigurationError }
  /** The user will be signed out for being idle at `at` (epoch ms), or, with `undefined`, is active again. */
  'idle-warning': { readonly at: number | undefined }
}

export type AuthEventType = keyof AuthEvents

export type AuthEventListener<Type extends AuthEventType> = (event: AuthEvents[Type]) => void
