// The calls behind the buttons: plain axios, as an app would write it, inside the recorder.
import type { AxiosInstance } from 'axios'
import type { Batch } from './request-record.js'
import type { RequestRecorder } from './request-recorder.js'

export interface Note {
  readonly id: number
  readonly title: string
  readonly text: string
  /** Epoch ms. */
  readonly createdAt: number
}

export interface DemoCalls {
  list(): Promise<Batch>
  slow(): Promise<Batch>
  burst(): Promise<Batch>
  needStepUp(): Promise<Batch>
  needScope(): Promise<Batch>
  refusedAlways(): Promise<Batch>
  /** To an origin that is on nobody's list: no token goes there. */
  unlisted(): Promise<Batch>
  expireToken(): Promise<Batch>
  revokeSession(): Promise<Batch>
  /** The notes; `undefined` if they could not be had. */
  loadNotes(): Promise<readonly Note[] | undefined>
  /** Whether it was saved. */
  addNote(title: string, text: string): Promise<boolean>
}

const burstSize = 50

export function createDemoCalls(api: AxiosInstance, recorder: RequestRecorder): DemoCalls {
  const get = (title: string, path: string) =>
    recorder.run(title, [{ label: `GET ${path}`, send: (config) => api.get(path, config) }])
  const post = (title: string, path: string) =>
    recorder.run(title, [
      { label: `POST ${path}`, send: (config) => api.post(path, undefined, config) },
    ])

  return {
    list: () => get('List notes', '/notes'),
    slow: () => get('Slow call', '/slow'),
    burst: () =>
      recorder.run(
        `Burst of ${burstSize}`,
        Array.from({ length: burstSize }, (_, n) => ({
          label: `GET /ping?n=${n}`,
          send: (config) => api.get('/ping', { ...config, params: { n } }),
        })),
      ),
    needStepUp: () => get('Step-up', '/step-up'),
    needScope: () => get('More rights', '/admin'),
    refusedAlways: () => get('Always 401', '/always-401'),
    unlisted: () =>
      recorder.run('Unlisted origin', [
        {
          label: 'GET /echo',
          send: (config) => api.get(new URL('/echo', location.origin).href, config),
        },
      ]),
    expireToken: () => post('Expire the token', '/control/expire'),
    revokeSession: () => post('Revoke the session', '/control/revoke'),
    async loadNotes() {
      let notes: readonly Note[] | undefined
      await recorder.run('List notes', [
        {
          label: 'GET /notes',
          async send(config) {
            const answer = await api.get<{ notes: Note[] }>('/notes', config)
            notes = answer.data.notes
            return answer
          },
        },
      ])
      return notes
    },
    async addNote(title, text) {
      const { requests } = await recorder.run('Post a note', [
        { label: 'POST /notes', send: (config) => api.post('/notes', { title, text }, config) },
      ])
      return requests.every(({ outcome }) => outcome?.kind === 'answered' && outcome.status === 201)
    },
  }
}
