/** How far a long command has come, on standard error: a line that is rewritten, on a terminal only. */

const NOT_BEFORE_MS = 1000
const CLEAR_LINE = '\r\u001b[K'

export interface Progress {
  at(done: number, of?: number): void
  end(): void
}

export function showProgress(what: string): Progress {
  const started = performance.now()
  let isShown = false
  const clear = (): void => {
    if (isShown) process.stderr.write(CLEAR_LINE)
    isShown = false
  }
  // Ctrl-C ends the process: the shell's prompt finds the line empty.
  process.once('exit', clear)
  return {
    at(done, of) {
      if (!process.stderr.isTTY || performance.now() - started < NOT_BEFORE_MS) return
      process.stderr.write(`${CLEAR_LINE}${of === undefined ? done : `${done} of ${of}`} ${what}`)
      isShown = true
    },
    end() {
      clear()
      process.off('exit', clear)
    },
  }
}
