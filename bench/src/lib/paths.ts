import { fileURLToPath } from 'node:url'

/** The folder `bench/`, with a slash at its end. */
export const benchRoot = fileURLToPath(new URL('../../', import.meta.url))
/** The repository's folder, with a slash at its end. */
export const repositoryRoot = fileURLToPath(new URL('../../../', import.meta.url))
