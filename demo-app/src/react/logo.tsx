// The latchkey.

export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="10" cy="16" r="6" />
      <path d="M16 16h13v6M23.5 16v4.5" />
    </svg>
  )
}
