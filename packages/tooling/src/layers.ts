// The layer map of the house: which file may import which. Imports go down only, types included.
import { findCycles } from './find-cycles.js'
import { parseImports, type Import, type SourceFile } from './imports.js'

/** The rooms of core from the bottom up: a file or a folder (with a slash) of `packages/core/src`. */
const CORE_LAYERS = [
  'errors/',
  'errors.ts',
  'environment/',
  'protocol/',
  'session/',
  'auth-client.ts',
  'flows/',
  'create-auth-client.ts',
  'service-worker.ts',
  'bindings.ts',
  'index.ts',
]

/** The lists of core that other packages may import. */
const CORE_DOORS = ['@latchkey/core', '@latchkey/core/bindings']

/** What each package may import from outside; bindings know core and their framework, never each other. */
const PACKAGE_IMPORTS: Record<string, string[]> = {
  core: ['oauth4webapi', 'idb-keyval'],
  axios: ['@latchkey/core', 'axios'],
  react: ['@latchkey/core', 'react', 'react-router', '@tanstack/react-router'],
  vue: ['@latchkey/core', 'vue', 'vue-router'],
}

/** The one room of core that may import a dependency. */
const DEPENDENCY_ROOMS: Record<string, string> = {
  oauth4webapi: 'protocol/',
  'idb-keyval': 'environment/',
}

/**
 * Checks the imports of all given source files against the layer map.
 *
 * Tests are exempt: they may build any situation from any part.
 *
 * @returns One sentence for each violation, none if all is well.
 */
export function findLayerViolations(files: SourceFile[]): string[] {
  const sources = files.filter((file) => !isTest(file.path))
  const violations: string[] = []
  const graph = new Map<string, string[]>()

  for (const file of sources) {
    const targets: string[] = []
    for (const found of parseImports(file)) {
      const target = resolve(file.path, found.specifier)
      if (target) targets.push(target)
      const wrong = target
        ? relativeImportFault(file.path, target, found)
        : packageImportFault(file.path, found)
      if (wrong) violations.push(`${file.path}:${found.line} ${wrong}`)
    }
    graph.set(file.path, targets)
  }
  for (const path of graph.keys()) {
    if (isInCore(path) && !layerOf(path)) {
      violations.push(`${path} is in no layer: move it into a room of the house`)
    }
  }
  for (const cycle of findCycles(graph)) violations.push(`import cycle: ${cycle.join(' → ')}`)
  return violations
}

/** Whether a file is a test or only serves tests. */
function isTest(path: string): boolean {
  return /\.(test|test-d)\.tsx?$|\/(testing|test-support)\//.test(path)
}

/** The source file a relative import means: sources name the emitted `.js`. */
function resolve(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  const { pathname } = new URL(specifier, `file:///${from}`)
  return pathname.slice(1).replace(/\.js(x?)$/, '.ts$1')
}

function relativeImportFault(from: string, to: string, found: Import): string | undefined {
  if (packageOf(from) !== packageOf(to) || !to.includes('/src/')) {
    return `leaves its package: ${found.specifier}`
  }
  if (isTest(to)) return `imports a test: ${found.specifier}`
  return isInCore(from) ? coreImportFault(from, to, found) : undefined
}

function coreImportFault(from: string, to: string, { kind }: Import): string | undefined {
  const [upper, lower] = [layerOf(from), layerOf(to)]
  if (!upper || !lower) return undefined
  if (CORE_LAYERS.indexOf(lower) > CORE_LAYERS.indexOf(upper)) {
    return `imports upward: ${upper} must not know ${lower} (${to})`
  }
  if (lower !== 'protocol/' || upper === 'protocol/' || kind === 'type') return undefined
  // a service worker cannot import(): its entry is static
  return upper === 'service-worker.ts' || (kind === 'dynamic' && upper === 'flows/')
    ? undefined
    : `imports a value of protocol/ (${to}): only flows may, and only by import()`
}

function packageImportFault(from: string, { specifier }: Import): string | undefined {
  const name = packageOf(from)
  const dependency = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  const allowed = PACKAGE_IMPORTS[name]
  if (allowed ? !allowed.includes(dependency) : dependency.startsWith('@latchkey/')) {
    return `imports ${specifier}: packages/${name} must not know it`
  }
  if (dependency === '@latchkey/core' && !CORE_DOORS.includes(specifier)) {
    return `imports ${specifier}: only what core's index and its door for bindings list is public`
  }
  const room = isInCore(from) ? DEPENDENCY_ROOMS[dependency] : undefined
  return room && layerOf(from) !== room ? `imports ${specifier}: only ${room} may` : undefined
}

function packageOf(path: string): string {
  return path.split('/')[1] ?? ''
}

function isInCore(path: string): boolean {
  return path.startsWith('packages/core/src/')
}

function layerOf(path: string): string | undefined {
  const inside = path.slice('packages/core/src/'.length)
  return CORE_LAYERS.find((layer) =>
    layer.endsWith('/') ? inside.startsWith(layer) : inside === layer,
  )
}
