import { readFileSync } from 'node:fs'
import { benchRoot } from '../lib/paths.js'

interface Manifest {
  version: string
  devDependencies?: Record<string, string>
}

/** What is installed, not what was asked for. */
export function installedVersions(): Record<string, string> {
  const names = Object.keys(manifest('package.json').devDependencies ?? {})
  return Object.fromEntries(
    names
      .filter((name) => !name.startsWith('@types/') && name !== 'tsx' && name !== 'typescript')
      .map((name) => [name, manifest(`node_modules/${name}/package.json`).version]),
  )
}

function manifest(path: string): Manifest {
  return JSON.parse(readFileSync(`${benchRoot}${path}`, 'utf8')) as Manifest
}
