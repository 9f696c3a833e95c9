/** What an app can know of its session: one immutable snapshot, a union without impossible members. */
import type { AuthError } from '../errors.js'

/** The ID token's claims about the person; the protocol's own (`iat`, `exp`, `nonce` …) are taken out. */
export interface UserClaims {
  readonly sub: string
  readonly name?: string
  readonly given_name?: string
  readonly family_name?: string
  readonly preferred_username?: string
  readonly email?: string
  readonly email_verified?: boolean
  readonly picture?: string
  readonly [claim: string]: unknown
}

/** The stored session is being read, or a callback handled. */
export interface RestoringState {
  readonly status: 'restoring'
  /** Whether somebody was signed in when the page was last used; good enough for a first paint, not for a decision. */
  readonly hint: boolean
}

/** Nobody is signed in. */
export interface SignedOutState {
  readonly status: 'signed-out'
  readonly reason: 'never-signed-in' | 'signed-out' | 'session-ended'
  /** Why: a failed sign-in, or the end of the session. */
  readonly error?: AuthError
}

/** A sign-in is under way in this page: it is about to leave for the authorization server, or a popup is open. */
export interface SigningInState {
  readonly status: 'signing-in'
}

/** Somebody is signed in. A background refresh changes `refresh` and `expiresAt`, never the rest. */
export interface SignedInState<User = UserClaims> {
  readonly status: 'signed-in'
  readonly user: User
  /** The scopes granted, separated by spaces. */
  readonly scope: string
  /** When the access token of the sign-in expires, in epoch ms on this device's clock. */
  readonly expiresAt: number
  /** `waiting`: the authorization server cannot be reached; `stopped`: it says our configuration is wrong. The session is kept in both. */
  readonly refresh: 'idle' | 'running' | 'waiting' | 'stopped'
  /** Where the tokens live now; `memory` = the store is unusable, this page alone holds them. */
  readonly persistence: 'indexeddb' | 'memory'
  /** When the user will be signed out for being idle, in epoch ms; `undefined` as long as the warning has not begun. */
  readonly signOutAt: number | undefined
}

/** @typeParam User - The type of `user`. */
export type AuthState<User = UserClaims> =
  RestoringState | SignedOutState | SigningInState | SignedInState<User>

/** What some states have and others do not: a view of any state, for those who take `undefined` for an answer. */
export type StateMembers<User = UserClaims> = Partial<
  Omit<SignedInState<User>, 'status'> & Omit<SignedOutState, 'status'>
>
