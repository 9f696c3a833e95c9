import { continueAs } from '../support/scene.js'
import { expect, test } from '../support/test.js'

for (const readme of ['react-readme', 'vue-readme', 'vue-readme-template']) {
  test(`the README's app signs in, shows who is there, replays a refused call and signs out: ${readme}`, async ({
    start,
  }) => {
    const scene = await start({ redirectPath: '/', page: `production/${readme}` })
    scene.api.use(({ path, isAuthorized }) =>
      path === '/orders' && isAuthorized ? { status: 200, body: 'three orders' } : undefined,
    )
    const page = await scene.context.newPage()
    const answers: string[] = []
    page.on('dialog', (dialog) => {
      answers.push(dialog.message())
      void dialog.accept()
    })
    await page.goto(scene.app.origin)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await continueAs(page)
    await expect(page.getByText('Ada Lovelace')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeHidden()
    expect(page.url()).toBe(`${scene.app.origin}/`)

    const orders = page.getByRole('button', { name: 'Orders' })
    await orders.click()
    await expect.poll(() => answers).toEqual(['three orders'])
    expect(scene.refreshRequests()).toEqual([])
    scene.issuer.expireAccessTokens()
    await orders.click()
    await expect.poll(() => answers).toEqual(['three orders', 'three orders'])
    expect(scene.refreshRequests().map(({ result }) => result)).toEqual(['granted'])
    expect(scene.api.log.map(({ status }) => status)).toEqual([200, 401, 200])

    await page.getByRole('button', { name: 'Sign out' }).click()
    // it names no place to come back to: the provider keeps the user, and they come back by themselves
    await expect(page).toHaveURL((url) => url.origin === scene.issuer.url)
    await page.waitForLoadState()
    await page.goto(scene.app.origin)
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
    await expect(page.getByText('Ada Lovelace')).toBeHidden()
  })
}
