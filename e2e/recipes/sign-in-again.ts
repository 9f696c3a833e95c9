import type { AuthClient, SignInOptions } from '@latchkey/core'

export interface SignInDialog {
  readonly text: string
  /** Call it in the click on its button: a browser blocks popups that come later. */
  signIn(): Promise<void>
  /** The user closes the dialog without signing in. */
  dismiss(): void
}

/** Shows a dialog whenever only the user can help. The page stays, and the requests wait for what comes of it. */
export function signInWithoutLeaving(auth: AuthClient, show: (dialog: SignInDialog) => void) {
  auth.on('session-ended', () => {
    show({
      text: 'Your session is over. Sign in to go on where you were.',
      signIn: () => auth.signIn({ display: 'popup' }),
      dismiss: () => void auth.signOut({ endSession: false }),
    })
  })
  auth.on('step-up-required', ({ waitUntil, acrValues, maxAgeSeconds, scope }) => {
    const { state } = auth
    const granted = state.status === 'signed-in' ? state.scope : ''
    const demanded: SignInOptions = {
      ...(acrValues && { acrValues }),
      ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
      ...(scope && { scope: `${granted} ${scope}` }),
    }
    const answered = new Promise<void>((resolve, reject) => {
      show({
        text: 'This needs a stronger sign-in.',
        signIn() {
          const signedIn = auth.signIn({ ...demanded, display: 'popup' })
          signedIn.then(resolve, reject)
          return signedIn
        },
        dismiss: () => reject(new Error('dismissed')),
      })
    })
    waitUntil(answered)
  })
}
