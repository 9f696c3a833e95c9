// The test files of the repository.
import { readdirSync, readFileSync } from 'node:fs'
import type { SourceFile } from './imports.js'
import { repositoryRoot } from './repository.js'

/** Unit tests and browser tests; not those of the tooling itself, which name rows as examples. */
export function testFiles(): SourceFile[] {
  return ['packages', 'e2e/suites', 'e2e/recipes']
    .flatMap((folder) =>
      readdirSync(repositoryRoot + folder, { withFileTypes: true, recursive: false }).flatMap(
        (entry) =>
          entry.isDirectory() ? filesBelow(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
      ),
    )
    .filter(
      (path) => /\.(test|spec)\.tsx?$|\/testing\//.test(path) && !path.endsWith('/battery.test.ts'),
    )
    .sort()
    .map((path) => ({ path, text: readFileSync(repositoryRoot + path, 'utf8') }))
}

/** What is installed or built lies beside `src`, not in it. */
function filesBelow(folder: string): string[] {
  const within = folder.startsWith('packages/') ? `${folder}/src` : folder
  return readdirSync(repositoryRoot + within, { recursive: true, encoding: 'utf8' }).map(
    (path) => `${within}/${path.replaceAll('\\', '/')}`,
  )
}
