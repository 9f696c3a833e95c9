export { buildPages as default } from './support/build-pages.js'
