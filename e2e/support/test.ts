// The `test` of all suites: scenes are closed behind each test, and no test passes if a secret got out.
import { expect, test as base } from '@playwright/test'
import { startScene, type Scene, type SceneOptions } from './scene.js'

export { expect }

interface Fixtures {
  /** Starts a scene; a test may have several. */
  start: (options?: SceneOptions) => Promise<Scene>
}

export const test = base.extend<Fixtures>({
  start: async ({ browser }, use) => {
    const scenes: Scene[] = []
    await use(async (options) => {
      const scene = await startScene(browser, options)
      scenes.push(scene)
      return scene
    })
    for (const scene of scenes) {
      expect(await scene.oracle.findLeaks(), 'secrets that got out').toEqual([])
      await scene.close()
    }
  },
})
