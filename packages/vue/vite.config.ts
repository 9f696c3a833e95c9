import { libraryBuild } from '../tooling/src/library-build.js'

export default libraryBuild({
  entries: { index: 'src/index.ts', 'vue-router': 'src/vue-router.ts' },
  external: ['vue-router'],
})
