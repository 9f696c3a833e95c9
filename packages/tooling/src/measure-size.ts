// Measures what an app downloads: bundled for es2022, minified, brotli quality 11, each chunk by itself.
import { brotliCompressSync, constants } from 'node:zlib'
import { rolldown, type OutputChunk } from 'rolldown'

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
  /** The paths of the source files in it. */
  sources: string[]
}

/** Bundles an entry as a Vite app would, from the sources of this workspace, and measures each chunk. */
export async function measureChunks(options: BundleOptions): Promise<Chunk[]> {
  const chunks = await bundle(options)
  const atStart = chunksLoadedAtStart(chunks)
  return chunks.map((chunk) => ({
    bytes: compressedBytes(chunk.code),
    atStart: atStart.has(chunk.fileName),
    sources: Object.entries(chunk.modules)
      .filter(([, { renderedLength }]) => renderedLength > 0)
      .map(([path]) => path.replaceAll('\\', '/'))
      .filter((path) => !path.endsWith('/size-entry.ts')),
  }))
}

async function bundle({ entry, root, external }: BundleOptions): Promise<OutputChunk[]> {
  // A file that does not exist: its text is given here, and its imports resolve from the root.
  const entryFile = `${root}/size-entry.ts`
  const bundler = await rolldown({
    input: entryFile,
    cwd: root,
    platform: 'browser',
    logLevel: 'silent',
    external: external ?? [],
    resolve: { conditionNames: ['latchkey-source', 'browser', 'import', 'default'] },
    transform: { target: 'es2022', define: { 'process.env.NODE_ENV': '"production"' } },
    // As in an app, whose entry may give parts to the chunks it loads later.
    preserveEntrySignatures: 'allow-extension',
    plugins: [
      {
        name: 'size-entry',
        resolveId: (id) => (id === entryFile ? id : undefined),
        load: (id) => (id === entryFile ? entry : undefined),
      },
    ],
  })
  const { output } = await bundler.generate({ format: 'esm', minify: true })
  await bundler.close()
  return output.filter((file) => file.type === 'chunk')
}

function chunksLoadedAtStart(chunks: OutputChunk[]): Set<string> {
  const loaded = new Set<string>()
  function load(fileName: string): void {
    if (loaded.has(fileName)) return
    loaded.add(fileName)
    chunks.find((chunk) => chunk.fileName === fileName)?.imports.forEach(load)
  }
  for (const chunk of chunks) if (chunk.isEntry) load(chunk.fileName)
  return loaded
}

function compressedBytes(code: string): number {
  return brotliCompressSync(code, {
    params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
  }).length
}
