/** What tests of components share: rendering beneath a provider, and a boundary that keeps its error. */
import type { AuthClient } from '@latchkey/core'
import { render, type RenderResult } from '@testing-library/react'
import { Component, createElement, Fragment, StrictMode, type ReactNode } from 'react'
import { AuthProvider } from '../auth-provider.js'

export function renderWith(
  client: AuthClient,
  children: ReactNode,
  options: { strict?: boolean } = {},
): RenderResult {
  const page = createElement(AuthProvider, { client }, children)
  return render(createElement(options.strict ? StrictMode : Fragment, null, page))
}

/** Shows the message of what was thrown beneath it. */
export class Boundary extends Component<{ children?: ReactNode }, { error?: Error }> {
  override state: { error?: Error } = {}

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error }
  }

  override render(): ReactNode {
    const { error } = this.state
    return error ? `${error.name}: ${error.message}` : this.props.children
  }
}
