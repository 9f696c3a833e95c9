// The `test` of all suites: scenes are closed behind each test, and no test passes if a secret got out.
import { expect, test as base } from '@playwright/test'
import { launchWithRealTabs } from './real-tabs.js'
import { startScene, type Profiles, type Scene, type SceneOptions } from './scene.js'

export { expect }

interface Fixtures {
  /** Starts a scene; a test may have several. */
  start: (options?: SceneOptions) => Promise<Scene>
  /** Like `start`, in a browser whose tabs hide each other, freeze and go into the back/forward cache: as people have it. */
  startInRealTabs: (options?: SceneOptions) => Promise<Scene>
}

export const test = base.extend<Fixtures>({
  start: async ({ browser }, use) => {
    await useScenes({ open: () => browser.newContext(), close: (profile) => profile.close() }, use)
  },
  startInRealTabs: async ({ playwright }, use) => {
    const browser = await launchWithRealTabs(playwright.chromium)
    await useScenes({ open: async () => browser.profile, close: () => browser.close() }, use)
  },
})

async function useScenes(
  profiles: Profiles,
  use: (start: Fixtures['start']) => Promise<void>,
): Promise<void> {
  const scenes: Scene[] = []
  await use(async (options) => {
    const scene = await startScene(profiles, options)
    scenes.push(scene)
    return scene
  })
  for (const scene of scenes) {
    expect(await scene.oracle.findLeaks(), 'secrets that got out').toEqual([])
    await scene.close()
  }
}
