import { render } from '@testing-library/react'
import { createElement, useSyncExternalStore, version } from 'react'
import { version as domVersion } from 'react-dom'
import { expect, it } from 'vitest'

it('runs on React 18, all of it', () => {
  expect([version, domVersion].map((each) => each.split('.')[0])).toEqual(['18', '18'])
  function Page() {
    return useSyncExternalStore(
      () => () => undefined,
      () => 'one copy of React',
    )
  }
  expect(render(createElement(Page)).container.textContent).toBe('one copy of React')
})
