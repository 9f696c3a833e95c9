// The defences of the battery, each with how to take it out of the source and the tests that must notice.

import { ofAnswers } from './defences/of-answers.js'
import { ofThePage } from './defences/of-the-page.js'
import { ofTokens } from './defences/of-tokens.js'

export const defences = [...ofTokens, ...ofAnswers, ...ofThePage]
