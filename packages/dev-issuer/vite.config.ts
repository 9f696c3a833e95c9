import { mergeConfig } from 'vite'
import { libraryBuild } from '../tooling/src/library-build.js'

export default mergeConfig(
  libraryBuild({ entries: { index: 'src/index.ts', command: 'src/command.ts' } }),
  { build: { ssr: true, target: 'node20' } },
)
