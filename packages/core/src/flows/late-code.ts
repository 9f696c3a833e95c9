import { RefreshPostponedError } from '../errors.js'

/**
 * Code that is loaded after the first screen.
 *
 * @throws {RefreshPostponedError} `code-not-loaded`: offline, or the site was redeployed; a later call tries again.
 */
export function lateCode<Code>(loading: Promise<Code>): Promise<Code> {
  return loading.catch((cause: unknown) => {
    throw new RefreshPostponedError(
      'code-not-loaded',
      'Code could not be loaded; try again.',
      cause,
    )
  })
}
