// `npm run demo`: the app, its API and an OpenID provider, until Ctrl+C.
import { banner } from './banner.js'
import { demoOptionsFromEnvironment } from './demo-options.js'
import { PortTakenError } from './loopback-server.js'
import { startDemo } from './start-demo.js'

try {
  const options = demoOptionsFromEnvironment(process.env)
  const demo = await startDemo(options)
  process.stdout.write(banner(demo, options))
  closeOnSignal(demo.close)
} catch (error) {
  process.stderr.write(`\n${explain(error)}\n\n`)
  process.exit(1)
}

function closeOnSignal(close: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      process.stdout.write('\nClosing the demo.\n')
      close().then(
        () => process.exit(0),
        () => process.exit(1),
      )
    })
  }
}

function explain(error: unknown): string {
  if (error instanceof PortTakenError)
    return `${error.message} Stop what runs there, or choose another: PORT=5183 npm run demo`
  return `The demo did not start: ${error instanceof Error ? error.message : String(error)}`
}
