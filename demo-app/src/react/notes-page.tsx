// A protected page with a form: half filled in, it survives the end of the session.
import { useCallback, useEffect, useState, type SyntheticEvent } from 'react'
import type { Note } from '../shared/demo-calls.js'
import { useDemo } from './use-demo.js'

export function NotesPage() {
  const { calls } = useDemo()
  const [notes, setNotes] = useState<readonly Note[]>()
  const [failed, setFailed] = useState(false)

  const load = useCallback(async () => {
    const loaded = await calls.loadNotes()
    setFailed(loaded === undefined)
    if (loaded) setNotes(loaded)
  }, [calls])

  useEffect(() => {
    void load()
  }, [load])

  return (
    <>
      <title>Notes, Latchkey demo</title>
      <div className="notes-page">
        <section className="card" aria-labelledby="new-note">
          <h1 id="new-note">New note</h1>
          <NoteForm onSaved={load} />
        </section>
        <section className="card" aria-labelledby="note-list">
          <h2 id="note-list">Your notes</h2>
          {failed && <p className="message bad">The notes could not be loaded.</p>}
          {notes ? <NoteList notes={notes} /> : !failed && <p className="empty">Loading</p>}
        </section>
      </div>
    </>
  )
}

type SaveState = 'idle' | 'saving' | 'saved' | 'failed'

function NoteForm({ onSaved }: { onSaved: () => Promise<void> }) {
  const { calls } = useDemo()
  const [title, setTitle] = useState('')
  const [text, setText] = useState('')
  const [saving, setSaving] = useState<SaveState>('idle')

  const save = async (event: SyntheticEvent) => {
    event.preventDefault()
    setSaving('saving')
    const saved = await calls.addNote(title, text)
    setSaving(saved ? 'saved' : 'failed')
    if (!saved) return
    setTitle('')
    setText('')
    await onSaved()
  }

  return (
    <form className="form" onSubmit={(event) => void save(event)}>
      <label htmlFor="title">Title</label>
      <input
        id="title"
        data-testid="form-title"
        value={title}
        onChange={({ target }) => setTitle(target.value)}
        required
        maxLength={120}
        autoComplete="off"
      />
      <label htmlFor="text">Text</label>
      <textarea
        id="text"
        data-testid="form-text"
        rows={5}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <div className="row">
        <button
          type="submit"
          className="button primary"
          data-testid="form-submit"
          disabled={saving === 'saving'}
        >
          {saving === 'saving' ? 'Saving' : 'Save the note'}
        </button>
        <span role="status" data-testid="form-status">
          {saving === 'saved' && 'Saved.'}
          {saving === 'failed' && 'Not saved. What you wrote is still here.'}
        </span>
      </div>
    </form>
  )
}

function NoteList({ notes }: { notes: readonly Note[] }) {
  return (
    <ul className="note-list">
      {notes.map(({ id, title, text }) => (
        <li key={id} data-testid="note">
          <strong>{title}</strong>
          {text && <span>{text}</span>}
        </li>
      ))}
    </ul>
  )
}
