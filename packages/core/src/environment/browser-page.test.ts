import { Window } from 'happy-dom'
import { expect, it } from 'vitest'
import { browserPage, type PageScope } from './browser-page.js'
import type { PageMoment } from './environment.js'

function setUp(url = 'https://app.test/inbox?a=1#top') {
  const window = new Window({ url })
  const scope = window as unknown as PageScope
  const dispatch = (target: 'window' | 'document', type: string) =>
    (target === 'window' ? window : window.document).dispatchEvent(new window.Event(type))
  return { window, scope, dispatch, page: browserPage(scope) }
}

const throwing = (name: string) => () => {
  throw new DOMException(`${name} is denied for this document.`, 'SecurityError')
}

/** A page whose storages throw when they are only looked at, as with cookies blocked. */
function withoutStorage(scope: PageScope): PageScope {
  return Object.create(scope, {
    localStorage: { get: throwing('localStorage') },
    sessionStorage: { get: throwing('sessionStorage') },
  }) as PageScope
}

it('knows the address and what relative URLs resolve against', () => {
  const { page, window } = setUp()
  expect(page.url()).toBe('https://app.test/inbox?a=1#top')
  window.document.head.innerHTML = '<base href="https://app.test/base/">'
  expect(page.baseUrl()).toBe('https://app.test/base/')
})

it('replaces the address and keeps the state of the history', () => {
  const { page, window } = setUp()
  window.history.replaceState({ router: 7 }, '', '/callback?code=1&state=2')
  page.replaceUrl('https://app.test/callback')
  expect([page.url(), window.history.state, window.history.length]).toEqual([
    'https://app.test/callback',
    { router: 7 },
    1,
  ])
})

it('does not throw when the browser refuses to change the address', () => {
  const history = { state: null, replaceState: throwing('replaceState') }
  const page = browserPage({ history } as unknown as PageScope)
  expect(() => page.replaceUrl('https://app.test/')).not.toThrow()
})

it('leaves the page', () => {
  const left: string[] = []
  const location = { assign: (url: string) => left.push(url) }
  browserPage({ location } as unknown as PageScope).leaveFor('https://as.test/authorize')
  expect(left).toEqual(['https://as.test/authorize'])
})

it('tells each moment of the page once, and none after the undo', () => {
  const { window, dispatch, page } = setUp()
  const moments: PageMoment[] = []
  const undo = page.onMoment((moment) => moments.push(moment))
  const play = () => {
    for (const state of ['hidden', 'visible'] as const) {
      Object.defineProperty(window.document, 'visibilityState', {
        value: state,
        configurable: true,
      })
      dispatch('document', 'visibilitychange')
    }
    for (const type of ['freeze', 'resume']) dispatch('document', type)
    for (const type of ['pagehide', 'pageshow', 'online', 'offline']) dispatch('window', type)
  }
  play()
  const all = ['hidden', 'visible', 'freeze', 'resume', 'pagehide', 'pageshow', 'online', 'offline']
  expect(moments).toEqual(all)
  undo()
  undo()
  play()
  expect(moments).toEqual(all)
})

it('takes no event of an element for a moment of the page', () => {
  const { window, page } = setUp()
  page.onMoment(() => expect.unreachable())
  const element = window.document.body.appendChild(window.document.createElement('video'))
  for (const type of ['freeze', 'resume', 'pagehide', 'offline'])
    element.dispatchEvent(new window.Event(type))
})

it('is visible and online unless the browser is sure of the contrary', () => {
  const at = (onLine: unknown, visibilityState: unknown) => {
    const page = browserPage({
      navigator: { onLine },
      document: { visibilityState },
    } as unknown as PageScope)
    return [page.isOnline(), page.isVisible()]
  }
  expect(at(true, 'visible')).toEqual([true, true])
  expect(at(undefined, undefined)).toEqual([true, true])
  expect(at(false, 'hidden')).toEqual([false, false])
})

it('knows whether the user has just acted, and trusts browsers that cannot tell', () => {
  const gesture = (userActivation: unknown) =>
    browserPage({ navigator: { userActivation } } as unknown as PageScope).hasUserGesture()
  expect([gesture({ isActive: true }), gesture({ isActive: false }), gesture(undefined)]).toEqual([
    true,
    false,
    true,
  ])
})

it('keeps a marker for all tabs and notes for this one', () => {
  const { page, window } = setUp()
  expect([page.readMarker('k'), page.readTabNote('k')]).toEqual([null, null])
  page.writeMarker('k', 'one')
  expect(page.writeTabNote('k', 'two')).toBe(true)
  expect([window.localStorage.getItem('k'), window.sessionStorage.getItem('k')]).toEqual([
    'one',
    'two',
  ])
  expect([page.readMarker('k'), page.readTabNote('k')]).toEqual(['one', 'two'])
  expect(page.writeTabNote('k', null)).toBe(true)
  expect([page.readTabNote('k'), window.sessionStorage.length]).toEqual([null, 0])
})

it('S11: has no marker and no notes, and throws nothing, when the storage getters throw SecurityError', () => {
  const page = browserPage(withoutStorage(setUp().scope))
  expect([page.readMarker('k'), page.readTabNote('k')]).toEqual([null, null])
  expect(() => page.writeMarker('k', 'x')).not.toThrow()
  expect([page.writeTabNote('k', 'x'), page.writeTabNote('k', null)]).toEqual([false, false])
})

it('S11: says so when a note does not fit any more', () => {
  const sessionStorage = { getItem: () => null, setItem: throwing('setItem'), removeItem() {} }
  const page = browserPage({ sessionStorage } as unknown as PageScope)
  expect([page.writeTabNote('k', 'x'), page.writeTabNote('k', null)]).toEqual([false, true])
})
