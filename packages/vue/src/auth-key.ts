/** Where the plugin puts the client. */
import type { AuthClient } from '@latchkey/core'
import type { InjectionKey } from 'vue'

export const authKey: InjectionKey<AuthClient<unknown>> = Symbol('latchkey')
