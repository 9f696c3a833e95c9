// What the issuer itself has counted: the proof beside our own figures. Only the embedded one tells.
import type { AuthClient } from '@latchkey/core'
import { createStore, type Store } from './store.js'

export interface IssuerFigures {
  /** Refresh requests it has granted, from all tabs. */
  readonly refreshGrants: number
  /** How often a refresh token came that had been used. */
  readonly reuseDetections: number
}

const settleMs = 400

/** Reads the figures anew when a token was refreshed or somebody has signed in; never by a timer alone. */
export function followIssuerFigures(
  auth: AuthClient,
  figuresUrl: string | undefined,
): Store<IssuerFigures | undefined> {
  const figures = createStore<IssuerFigures | undefined>(undefined)
  if (figuresUrl === undefined) return figures
  let due: ReturnType<typeof setTimeout> | undefined

  async function read(url: string): Promise<void> {
    const answer = await fetch(url)
    if (answer.ok) figures.set((await answer.json()) as IssuerFigures)
  }

  function readSoon(): void {
    clearTimeout(due)
    due = setTimeout(() => void read(figuresUrl ?? '').catch(() => undefined), settleMs)
  }

  auth.on('token-refreshed', readSoon)
  auth.on('signed-in', readSoon)
  auth.on('session-ended', readSoon)
  readSoon()
  return figures
}
