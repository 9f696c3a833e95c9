// How the issuer's pages look.

export const pageStyle = `
:root {
  --background: #f2f3f8; --glow-1: #dfe4ff; --glow-2: #ffe9dc; --card: #fff; --text: #16182b; --muted: #5c6078;
  --line: #e3e5ef; --hover: #f6f7fc; --accent: #4a4ae0; --shadow: 0 1px 2px #14183010, 0 18px 50px -12px #1418302e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --background: #0e0f1a; --glow-1: #23265c; --glow-2: #3a2231; --card: #181a2a; --text: #eceefb; --muted: #a0a4c0;
    --line: #2c2f47; --hover: #21243a; --accent: #9a9cff; --shadow: 0 24px 60px -12px #000b;
  }
}
* { box-sizing: border-box }
body {
  margin: 0; min-height: 100dvh; padding: 24px 16px; display: flex; flex-direction: column; align-items: center;
  justify-content: center; gap: 20px; color: var(--text); background: var(--background);
  background-image: radial-gradient(60rem 40rem at 15% -10%, var(--glow-1), transparent),
    radial-gradient(50rem 36rem at 100% 110%, var(--glow-2), transparent);
  background-attachment: fixed;
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
}
.card {
  width: 100%; max-width: 420px; padding: 36px 32px 28px; border-radius: 20px; background: var(--card);
  border: 1px solid var(--line); box-shadow: var(--shadow);
}
.emblem { width: 52px; height: 52px; display: grid; place-items: center; margin-bottom: 20px; border-radius: 15px;
  color: #fff; background: linear-gradient(140deg, #6a6cff, #3d2fc4) }
.emblem.calm { background: linear-gradient(140deg, #2fb98a, #0c7b6d) }
.emblem.alarm { background: linear-gradient(140deg, #f08a4b, #c9403a) }
svg { fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round }
.emblem svg { width: 28px; height: 28px }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; font-weight: 650; letter-spacing: -.015em }
p { margin: 6px 0 0; color: var(--muted) }
strong { color: var(--text); font-weight: 600 }
.note { margin-top: 16px; padding: 10px 14px; border-radius: 12px; color: var(--text); background: var(--hover);
  border: 1px solid var(--line); font-size: .92rem }
form { margin: 24px 0 0; display: grid; gap: 10px }
form[id='op.logoutForm'] { margin: 0 }
button, .button { font: inherit; color: inherit; cursor: pointer; text-decoration: none; text-align: center }
.person {
  width: 100%; display: flex; align-items: center; gap: 14px; padding: 12px 14px; border-radius: 14px; text-align: left;
  border: 1px solid var(--line); background: transparent; transition: background .15s, border-color .15s, transform .15s;
}
.person:hover { background: var(--hover); border-color: var(--accent); transform: translateY(-1px) }
.person > svg { width: 18px; height: 18px; margin-left: auto; flex: none; color: var(--muted); transition: transform .15s }
.person:hover > svg { transform: translateX(3px); color: var(--accent) }
.person.hinted:not(:focus-visible) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent) }
.avatar { width: 44px; height: 44px; flex: none; display: grid; place-items: center; border-radius: 50%; color: #fff;
  font-weight: 650; font-size: .95rem; letter-spacing: .02em }
.avatar-0 { background: linear-gradient(140deg, #8a63f5, #5a2fd0) }
.avatar-1 { background: linear-gradient(140deg, #e0557f, #a92a63) }
.avatar-2 { background: linear-gradient(140deg, #1f9fc4, #11618f) }
.avatar-3 { background: linear-gradient(140deg, #3f9d5a, #1f6b45) }
.who { min-width: 0; display: grid }
.who b { font-weight: 600 }
.who span { color: var(--muted); font-size: .88rem; overflow: hidden; text-overflow: ellipsis }
.primary, .secondary { padding: 11px 18px; border-radius: 12px; font-weight: 600; border: 1px solid transparent }
.primary { color: #fff; background: #4a4ae0 }
.wide { width: 100%; margin-top: 24px }
.primary:hover { background: #3a39c9 }
.secondary { background: transparent; border-color: var(--line) }
.secondary:hover { background: var(--hover) }
.cancel { display: block; margin: 18px auto 0; width: max-content; padding: 6px 12px; border-radius: 8px;
  color: var(--muted); font-size: .95rem; text-decoration: none }
.cancel:hover { color: var(--text); text-decoration: underline }
ul { margin: 18px 0 0; padding: 14px 18px 14px 34px; border-radius: 14px; border: 1px solid var(--line) }
code { font: .88rem/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, monospace; overflow-wrap: anywhere }
dl { margin: 18px 0 0; padding: 14px 16px; border-radius: 14px; background: var(--hover); border: 1px solid var(--line) }
dt { color: var(--muted); font-size: .82rem }
dd { margin: 0 0 8px }
dd:last-child { margin-bottom: 0 }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
footer { display: flex; align-items: center; gap: 8px; color: var(--muted); font-size: .85rem }
footer svg { width: 18px; height: 18px }
@media (max-width: 460px) { .card { padding: 28px 20px 20px } }
@media (prefers-reduced-motion: reduce) { * { transition: none !important } }
`
