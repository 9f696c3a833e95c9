// Wraps the fetch of this page and offers it to the measures.
import type { FetchContender } from '../contenders/fetch-contender.js'
import { comparePairs, timeBlock, type Send } from './pairs.js'
import { openSessionPage } from './session-page.js'

export function openFetchPage(contender: FetchContender): void {
  const session = openSessionPage(contender.session)
  const notHere = () => Promise.reject(new Error('storms are for axios'))
  window.requests = {
    ready: session.opened.then(() => {}),
    storm: notHere,
    limit: notHere,
    async pairs(options) {
      const beneath = options.transport === 'stub' ? answerAtOnce : window.fetch.bind(window)
      const headers = { authorization: `Bearer ${await session.token()}` }
      const wrapped = await contender.wrap(beneath)
      return comparePairs((path) => beneath(path, { headers }).then(read), sender(wrapped), options)
    },
    async block(path, requests, atOnce) {
      return timeBlock(
        sender(await contender.wrap(window.fetch.bind(window))),
        path,
        requests,
        atOnce,
      )
    },
  }
}

function sender(wrapped: typeof fetch): Send {
  return (path) => wrapped(path).then(read)
}

function read(response: Response): Promise<string> | string {
  return response === stubResponse ? '' : response.text()
}

const stubResponse = new Response('')

function answerAtOnce(): Promise<Response> {
  return Promise.resolve(stubResponse)
}
