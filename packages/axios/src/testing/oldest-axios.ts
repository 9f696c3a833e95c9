/** The oldest axios that is supported, installed beside the current one. */
export { default as axios } from 'axios-1-18'
