// A form that is half filled in: it survives as long as its document does.
import { expect, type Page } from '@playwright/test'

const text = 'Dear Ms Lovelace, I was about to'

export async function beginDraft(page: Page): Promise<void> {
  await page.evaluate(() => {
    const field = document.createElement('textarea')
    field.id = 'draft'
    document.body.append(field)
  })
  await page.fill('#draft', text)
}

export async function expectDraft(page: Page): Promise<void> {
  await expect(page.locator('#draft')).toHaveValue(text)
}
