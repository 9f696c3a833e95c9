import { libraryBuild } from '../tooling/src/library-build.js'

export default libraryBuild({
  entries: {
    index: 'src/index.ts',
    'react-router': 'src/react-router.ts',
    'tanstack-router': 'src/tanstack-router.ts',
  },
  external: ['react-router', '@tanstack/react-router'],
})
