// The calls of scenario S5: a hundred in flight at once, by every way a page has.
import type { Call } from '../pages/harness/driver.js'
import type { Scene } from './scene.js'
import type { Tab } from './tab.js'

const vias = ['axios', 'axios-2', 'fetch'] as const

/** 60 GET and 40 POST; spread over many origins, for a browser opens six connections to each. */
function hundredCalls(origins: readonly string[]): Call[] {
  return Array.from({ length: 100 }, (_, index) => ({
    url: `${origins[index % origins.length]}/item/${index}`,
    via: vias[index % vias.length]!,
    method: index < 60 ? 'GET' : 'POST',
    ...(index >= 60 && { body: { index, text: 'as it was' } }),
  }))
}

/** A tab that may call the API at twenty origins. */
export async function signInAtManyDoors(
  scene: Scene,
): Promise<{ tab: Tab; hundred: readonly Call[] }> {
  const origins = await Promise.all(Array.from({ length: 20 }, () => scene.api.openDoor()))
  scene.configure({ resources: [scene.api.origin, ...origins].map((url) => ({ url })) })
  const tab = await scene.signIn()
  await tab.call('warm')
  scene.api.clearLog()
  return { tab, hundred: hundredCalls(origins) }
}
