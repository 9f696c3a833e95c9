// Measures what an app downloads: bundled for es2022, minified, brotli quality 11, each chunk by itself.
import { brotliCompressSync, constants } from 'node:zlib'
import { build, type Metafile } from 'esbuild'

export interface BundleOptions {
  /** The text of the app's entry module: what it imports is what is measured. */
  entry: string
  /** The folder from which the entry's imports are resolved. */
  root: string
  /** Packages that are not measured: the framework, say. */
  external?: string[]
}

/** One file that the app's bundler writes. */
export interface Chunk {
  /** Brotli bytes. */
  bytes: number
  /** Whether it is loaded at the start; the others are loaded by `import()`. */
  atStart: boolean
  /** The source files in it, relative to the root. */
  sources: string[]
}

/** Bundles an entry as an app would, from the sources of this workspace, and measures each chunk. */
export async function measureChunks({ entry, root, external }: BundleOptions): Promise<Chunk[]> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: entry, resolveDir: root, sourcefile: 'entry.js' },
    absWorkingDir: root,
    conditions: ['latchkey-source'],
    external: external ?? [],
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    // What an app's bundler sets, and development-only code of dependencies asks for.
    define: { 'process.env.NODE_ENV': '"production"' },
    outdir: 'out',
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const atStart = outputsLoadedAtStart(metafile)
  return Object.entries(metafile.outputs).map(([path, output]) => ({
    bytes: compressedBytes(outputFiles.find((file) => slashed(file.path).endsWith(path))?.contents),
    atStart: atStart.has(path),
    sources: Object.entries(output.inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([source]) => source),
  }))
}

function outputsLoadedAtStart({ outputs }: Metafile): Set<string> {
  const loaded = new Set<string>()
  function load(path: string): void {
    if (loaded.has(path)) return
    loaded.add(path)
    for (const { path: next, kind, external } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && !external) load(next)
    }
  }
  for (const [path, { entryPoint }] of Object.entries(outputs)) {
    if (entryPoint === 'entry.js') load(path)
  }
  return loaded
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/')
}

function compressedBytes(code: Uint8Array = new Uint8Array()): number {
  return brotliCompressSync(code, {
    params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
  }).length
}
