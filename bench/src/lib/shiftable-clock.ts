/**
 * Runs in the page, before its scripts: a wall clock that can be moved, as after a night's sleep. Text, because what compiles this
 * file adds helpers to functions that a page does not have.
 */
export const shiftableClock = `{
  const RealDate = Date
  let offsetMs = 0
  window.Date = class extends RealDate {
    constructor(...parts) {
      if (parts.length === 0) super(RealDate.now() + offsetMs)
      else super(...parts)
    }
    static now() {
      return RealDate.now() + offsetMs
    }
  }
  window.shiftClock = (ms) => { offsetMs += ms }
  window.machineNow = () => RealDate.now()
}`
