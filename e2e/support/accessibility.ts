// What axe-core has to say about a page as it is now.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'
import type { AxeResults } from 'axe-core'

const source = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** Each finding in a line: the rule and the elements. Through the debugger, which a Content-Security-Policy does not stop. */
export async function findBarriers(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  const evaluate = async (expression: string) => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
      allowUnsafeEvalBlockedByCSP: true,
    })
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description)
    return result.value as unknown
  }
  await evaluate(`${await readFile(source, 'utf8')};undefined`)
  const { violations, passes } = (await evaluate('axe.run(document)')) as AxeResults
  await session.detach()
  if (passes.length === 0) throw new Error('axe-core has looked at nothing.')
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
  )
}
