// The policy of the built app: nothing inline, no eval, no string becomes markup.

/** What a page may do that talks to these two origins and no other. */
export function contentSecurityPolicy(issuerOrigins: readonly string[], apiOrigin: string): string {
  const policy = {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'img-src': ["'self'"],
    'connect-src': ["'self'", apiOrigin, ...issuerOrigins],
    'frame-src': ["'self'", ...issuerOrigins],
    'frame-ancestors': ["'self'"],
    'form-action': ["'self'"],
    'base-uri': ["'none'"],
    'require-trusted-types-for': ["'script'"],
    // Vue makes one policy of this name for its own templates.
    'trusted-types': ['vue'],
  }
  return Object.entries(policy)
    .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
    .join('; ')
}
