// Prepares a fresh machine for `npm run demo` and `npm test`. Plain Node, no dependencies: nothing is installed yet.
import { checkNodeVersion } from './lib/node-version.mjs'
import { installDependencies } from './lib/install.mjs'
import { provideBrowser } from './lib/provide-browser.mjs'

checkNodeVersion()
const env = await installDependencies()
if (process.argv.includes('--browser')) await provideBrowser(env)
