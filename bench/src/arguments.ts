import { benchRoot } from './lib/paths.js'

export interface Arguments {
  names: string[]
  scale: number
  only: string[]
  out: { file: string; merge: boolean; page: boolean }
}

/** A run of some measures only, or a small one, must not replace the results of a full one unless it is asked to. */
export function parseArguments(words: string[]): Arguments {
  const names = words.filter((word) => !word.startsWith('-'))
  const scale = Number(valueOf('--scale') ?? 1)
  if (!(scale > 0 && scale <= 1)) throw new Error('--scale is a number above 0, up to 1')
  const only = valueOf('--only')?.split(',') ?? []
  const isTrial = scale < 1 || only.length > 0
  const keep = !isTrial || words.includes('--keep')
  return {
    names,
    scale,
    only,
    out: {
      file: `${benchRoot}results/${keep ? 'latest' : 'trial'}.json`,
      merge: names.length > 0,
      page: keep,
    },
  }

  function valueOf(option: string): string | undefined {
    return words.find((word) => word.startsWith(`${option}=`))?.slice(option.length + 1)
  }
}
