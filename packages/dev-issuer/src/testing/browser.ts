// A browser small enough for tests: cookies by path, redirects one at a time, the sign-in page clicked.

export interface TestBrowser {
  /** One request with this browser's cookies; redirects are not followed. */
  request(url: string, init?: RequestInit): Promise<Response>
  /** Follows redirects (and clicks through sign-in as `subject`) until the app's origin is reached. */
  visit(url: string, options: VisitOptions): Promise<URL>
}

export interface VisitOptions {
  /** Whom to click on the sign-in page; `cancel` clicks Cancel. */
  subject?: string
  /** Where the app is. */
  appOrigin: string
}

interface Cookie {
  name: string
  value: string
  path: string
}

export function createTestBrowser(): TestBrowser {
  const cookies = new Map<string, Cookie>()

  async function request(url: string, init: RequestInit = {}): Promise<Response> {
    const { pathname } = new URL(url)
    const sent = [...cookies.values()]
      .filter(({ path }) => pathname.startsWith(path))
      .map(({ name, value }) => `${name}=${value}`)
    const headers = new Headers(init.headers)
    if (sent.length > 0) headers.set('Cookie', sent.join('; '))
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) keep(line)
    return response
  }

  function keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ')
    const name = pair.slice(0, pair.indexOf('='))
    const value = pair.slice(name.length + 1)
    const path = attributes.find((part) => part.startsWith('path='))?.slice(5) ?? '/'
    const isGone = attributes.some((part) => part.startsWith('expires=Thu, 01 Jan 1970'))
    if (isGone) cookies.delete(`${path} ${name}`)
    else cookies.set(`${path} ${name}`, { name, value, path })
  }

  async function visit(url: string, { subject, appOrigin }: VisitOptions): Promise<URL> {
    let response = await request(url)
    let here = url
    for (let step = 0; step < 12; step += 1) {
      const location = response.headers.get('Location')
      if (location) {
        const next = new URL(location, here)
        if (next.origin === appOrigin) return next
        here = next.href
        response = await request(here)
        continue
      }
      const html = await response.text()
      const form = formOf(html)
      if (!form || response.status >= 400) throw new Error(`${response.status} at ${here}: ${html}`)
      if (form.isSignIn && subject === 'cancel') {
        here = new URL(linkOf(html, 'Cancel'), here).href
        response = await request(here)
        continue
      }
      const fields = new URLSearchParams(form.fields)
      if (form.isSignIn) fields.set('login', subject ?? 'ada')
      here = new URL(form.action, here).href
      response = await request(here, { method: 'POST', body: fields })
    }
    throw new Error('too many steps')
  }

  return { request, visit }
}

function formOf(html: string) {
  const [, action] = /<form[^>]*action="([^"]+)"/.exec(html) ?? []
  if (!action) return undefined
  const fields: Record<string, string> = {}
  for (const [input] of html.matchAll(/<input[^>]*>/g)) {
    const [, name = ''] = /name="([^"]*)"/.exec(input) ?? []
    const [, value = ''] = /value="([^"]*)"/.exec(input) ?? []
    fields[name] = value
  }
  const isSignIn = html.includes('name="login"')
  if (html.includes('name="logout" value="yes"')) fields.logout = 'yes'
  if (html.includes('name="consent" value="yes"')) fields.consent = 'yes'
  return { action, fields, isSignIn }
}

function linkOf(html: string, text: string): string {
  const [, href] = new RegExp(`<a[^>]*href="([^"]+)"[^>]*>${text}</a>`).exec(html) ?? []
  if (!href) throw new Error(`no link ${text}`)
  return href
}
