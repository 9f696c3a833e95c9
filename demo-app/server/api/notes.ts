// The notes of each person, in memory.

export interface Note {
  readonly id: number
  readonly title: string
  readonly text: string
  /** Epoch ms. */
  readonly createdAt: number
}

export interface Notes {
  /** Newest first. */
  list(subject: string): readonly Note[]
  add(subject: string, title: string, text: string): Note
}

const samples = [
  ['Buy a spare key', 'One for the neighbour, one for the flower pot.'],
  ['Ask Grace about the compiler', 'She says it is easier to ask forgiveness.'],
  ['Read RFC 9700', 'Rotation, reuse detection, and why both.'],
] as const

export function createNotes(): Notes {
  const bySubject = new Map<string, Note[]>()
  let lastId = 0

  function add(notes: Note[], title: string, text: string): Note {
    lastId += 1
    const note = { id: lastId, title, text, createdAt: Date.now() }
    notes.unshift(note)
    notes.splice(50)
    return note
  }

  function notesOf(subject: string): Note[] {
    let notes = bySubject.get(subject)
    if (!notes) {
      notes = []
      for (const [title, text] of samples.toReversed()) add(notes, title, text)
      bySubject.set(subject, notes)
    }
    return notes
  }

  return {
    list: notesOf,
    add: (subject, title, text) => add(notesOf(subject), title, text),
  }
}
