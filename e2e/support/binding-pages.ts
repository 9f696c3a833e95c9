// The pages with React and Vue, and what all of them promise.
import { expect } from '@playwright/test'
import type { Fact } from './leak-oracle.js'
import type { Scene, SceneOptions } from './scene.js'
import type { Tab } from './tab.js'

export interface BindingPage {
  readonly name: string
  /** Its folder among the built pages. */
  readonly folder: string
  readonly redirectPath: string
  /** The address of a place in the app. */
  at(path: string): string
}

const history = { redirectPath: '/callback', at: (path: string) => path }

export const reactInDevelopment: BindingPage = {
  ...history,
  name: 'React in StrictMode, development build',
  folder: 'development/react-app',
}

export const reactInProduction: BindingPage = {
  ...history,
  name: 'React, production build',
  folder: 'production/react-app',
}

export const vueWithHistory: BindingPage = {
  ...history,
  name: 'Vue, history mode',
  folder: 'production/vue-history',
}

/** The redirect URI is where the app is: a hash router stays at the path it was loaded from. */
const vueWithHash: BindingPage = {
  name: 'Vue, hash mode',
  folder: 'production/vue-hash',
  redirectPath: '/',
  at: (path) => `/#${path}`,
}

export const bindingPages = [reactInDevelopment, reactInProduction, vueWithHistory, vueWithHash]

/** For the `start` of a test. */
export function sceneOf(page: BindingPage, options: SceneOptions = {}): SceneOptions {
  return { ...options, redirectPath: page.redirectPath, page: page.folder }
}

export interface Render {
  readonly component: string
  readonly status: string | undefined
  readonly url: string
}

export function rendersOf(tab: Tab): Render[] {
  return factsOf(tab, 'render').map(({ name, detail }) => ({
    component: name,
    ...(detail as Omit<Render, 'component'>),
  }))
}

/** How often a component got onto the screen. */
export function commitsOf(tab: Tab, component: string): number {
  return factsOf(tab, 'commit').filter(({ name }) => name === component).length
}

/** The statuses that were rendered, in order, without repetitions. */
export function shownStatuses(tab: Tab): string[] {
  return rendersOf(tab)
    .filter(({ component }) => component === 'status')
    .map(({ status }) => status ?? '')
    .filter((status, index, statuses) => status !== statuses[index - 1])
}

export function factsOf(tab: Tab, kind: string): readonly Fact[] {
  return tab.facts().filter((fact) => fact.kind === kind)
}

/** From a sign-in's start on nothing may look like being signed out, fail, or show the answer in the address. */
export function expectNoFlash(tab: Tab): void {
  expect(shownStatuses(tab)).not.toContain('signed-out')
  const renders = rendersOf(tab)
  for (const component of ['sign-in button', 'error screen'])
    expect(renders.filter((render) => render.component === component)).toEqual([])
  for (const { url } of renders) expectCleanAddress(url)
  expectCleanAddress(tab.page.url())
}

function expectCleanAddress(address: string): void {
  const { searchParams } = new URL(address)
  for (const name of ['code', 'state', 'iss', 'error']) expect(searchParams.has(name)).toBe(false)
}

/** The addresses with which the provider has sent the browser back to the app. */
export function callbacksOf(scene: Scene): string[] {
  return scene.oracle.requests
    .map(({ url }) => url)
    .filter((url) => url.startsWith(scene.app.origin) && URL.parse(url)?.searchParams.has('code'))
}
