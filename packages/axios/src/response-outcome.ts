/** How a send ended, as the engine wants to read it: a refusal is looked for in what axios resolves and in what it rejects. */
import type { ResourceAnswer } from '@latchkey/core'
import { AxiosHeaders, type AxiosError, type AxiosResponse } from 'axios'

export interface AxiosAnswer extends ResourceAnswer {
  readonly response: AxiosResponse
  /** What axios rejected with, because of the response's status. */
  readonly error?: unknown
}

/** Without a response there is no answer: network errors, cancels and exceeded limits are thrown on. */
export function readOutcome(outcome: Promise<AxiosResponse>): Promise<AxiosAnswer> {
  return outcome.then(toAnswer, (error: AxiosError | undefined) => {
    if (!error?.response) throw error
    return toAnswer(error.response, error)
  })
}

/** Frees the connection of an answer that is dropped. */
export function cancelBody({ response }: AxiosAnswer): void {
  const body = response.data as Partial<ReadableStream & { destroy(): void }> | undefined
  body?.destroy?.()
  body?.cancel?.()?.catch(() => {})
}

function toAnswer(response: AxiosResponse, error?: unknown): AxiosAnswer {
  return {
    status: response.status,
    headers: {
      get(name) {
        const value = AxiosHeaders.from(response.headers as AxiosHeaders).get(name)
        return value == null ? null : String(value)
      },
    },
    response,
    error,
  }
}
