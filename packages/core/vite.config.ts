import { libraryBuild } from '../tooling/src/library-build.js'

export default libraryBuild({
  entries: {
    index: 'src/index.ts',
    bindings: 'src/bindings.ts',
    'service-worker': 'src/service-worker.ts',
  },
})
