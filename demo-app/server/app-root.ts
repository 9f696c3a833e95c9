// Where the app's files are.
import { fileURLToPath } from 'node:url'

export const appRoot = fileURLToPath(new URL('..', import.meta.url))
