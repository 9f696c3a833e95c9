// Which HTML file answers which path: each page is a single-page app with paths of its own.

/** The file, or `undefined` for what is no page of ours (a missing script must not be answered with HTML). */
export function pageFor(path: string): 'index.html' | 'vue/index.html' | undefined {
  if (/\.[a-z\d]+$/i.test(path)) return undefined
  return path === '/vue' || path.startsWith('/vue/') ? 'vue/index.html' : 'index.html'
}
