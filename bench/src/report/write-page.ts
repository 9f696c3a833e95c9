// docs/benchmarks.md, made from the last run: nothing in it is written by hand.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import type { Cell, Measure } from '../lib/measure.js'
import { benchRoot, repositoryRoot } from '../lib/paths.js'
import { measures } from '../measures.js'
import type { Results } from './results.js'
import { table } from './table.js'
import { whoIsAhead } from './who-is-ahead.js'

export async function writePage(results: Results): Promise<void> {
  const page = `${repositoryRoot}docs/benchmarks.md`
  await writeFile(page, pageOf(results))
  // as everything else in the repository is formatted
  const prettier = `${repositoryRoot}node_modules/prettier/bin/prettier.cjs`
  if (existsSync(prettier))
    execFileSync(process.execPath, [prettier, '--write', page, `${benchRoot}results/latest.json`], {
      cwd: repositoryRoot,
      stdio: 'ignore',
    })
}

export function pageOf(results: Results): string {
  return `# Benchmarks

Written by \`npm run bench\` from its last run (\`bench/results/latest.json\`); do not edit. Less is better in every table.

## How to repeat it

\`\`\`sh
npm run bench                            # everything; ${duration(results)}
npm run bench -- sizes callback          # some measures; the others keep their last results
npm run bench -- tabs --scale=0.1        # fewer rounds, to see that it works; kept out of this page
npm run bench -- storm --only=latchkey,hand-written
\`\`\`

It needs a Chromium (the system's, or the one \`LATCHKEY_CHROMIUM\` names) and a machine that does nothing else. The contenders are
installed in \`bench/\`, apart from the workspace, and bundled by one bundler; Latchkey's packages are taken as \`pnpm build\` makes them.
The provider is \`@latchkey/dev-issuer\`: oidc-provider with rotation, reuse detection and no grace.

## What is noise

- Counts (bytes, requests, refreshes, lost requests, dead sessions, round trips) are the same in every run. The simulation is seeded.
- Ratios are medians of pairs taken in turn in one page; the column "spread ±" is half the distance of their quartiles. A difference
  smaller than that says nothing.
- Times in ms, µs and ns belong to the machine below and to nothing else. Compare them within a table only.

${table([results.machine])}

Versions: ${versions(results)}.

## Who does not take part everywhere

- @azure/msal-browser is weighed only: it speaks to Microsoft's endpoints, and driving it against another provider would not be fair.
- @auth0/auth0-spa-js and keycloak-js talk to the same provider through a small front (\`bench/src/lib/issuer-front.ts\`) that gives it
  the paths, the issuer's name, the CORS header and the form of refresh token that they take for granted.
- @axa-fr/oidc-client runs without its service worker, with localStorage. The automatic renewal of those that have a switch for it is off, where it
  would join a race that is started by hand.
- supertokens-website has a backend of its own kind; it takes part where requests are measured.
- @auth0/auth0-auth-js, a dependency, is pinned to 1.16.0 (\`bench/package.json\`): the version asked for could not be installed.

${measures.map((measure) => section(measure, results)).join('\n\n')}
`
}

function section(measure: Measure, results: Results): string {
  const result = results.measures[measure.name]
  const lines = [`## ${measure.title}`, measure.about]
  if (measure.goal) lines.push(`Goal: ${measure.goal}.`)
  if (!result) return [...lines, 'Not measured yet.'].join('\n\n')
  if (result.scale < 1) lines.push(`**A trial at ${result.scale} of the full size.**`)
  lines.push(table(result.rows))
  const settings = Object.entries(result.settings).map(([name, value]) => `${name} ${value}`)
  if (settings.length > 0) lines.push(`Run with: ${settings.join(', ')}.`)
  lines.push(...(result.notes ?? []))
  if (measure.comparison) {
    const ahead = whoIsAhead(result.rows, measure.comparison)
    lines.push(
      ahead.length === 0
        ? 'No peer is ahead of Latchkey here.'
        : `Where a peer is ahead:\n\n${ahead.map((line) => `- ${line}`).join('\n')}`,
    )
  }
  return lines.join('\n\n')
}

function versions({ versions: installed }: Results): string {
  return Object.entries(installed)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')
}

function duration({ measures: done }: Results): string {
  const seconds: Cell[] = Object.values(done).map((result) => result.seconds)
  const total = seconds.reduce<number>((sum, value) => sum + Number(value), 0)
  return `the last one took ${Math.max(1, Math.round(total / 60))} min`
}
