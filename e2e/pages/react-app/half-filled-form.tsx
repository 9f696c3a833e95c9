import { useEffect, useState } from 'react'
import { record } from '../react-and-vue/record.js'

export function HalfFilledForm() {
  const [title, setTitle] = useState('')
  useEffect(() => {
    record('mount', 'form')
    return () => record('unmount', 'form')
  }, [])
  return (
    <form>
      <label>
        Title <input value={title} onChange={({ target }) => setTitle(target.value)} />
      </label>
      <label>
        Text <textarea />
      </label>
    </form>
  )
}
