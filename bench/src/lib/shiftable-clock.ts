/**
 * Runs in the page, before its scripts: a wall clock that can be moved, as after a night's sleep. Text, because what compiles this
 * file adds helpers to functions that a page does not have.
 */
export const shiftableClock = `{
  const RealDate = Date
  let shift = { at: Infinity, ms: 0 }
  // by the machine's clock, so that all tabs move at the same moment, as they do in life
  const now = () => RealDate.now() + (RealDate.now() >= shift.at ? shift.ms : 0)
  window.Date = class extends RealDate {
    constructor(...parts) {
      if (parts.length === 0) super(now())
      else super(...parts)
    }
    static now() {
      return now()
    }
  }
  window.shiftClock = (ms, at = 0) => { shift = { at, ms } }
  window.machineNow = () => RealDate.now()
}`
