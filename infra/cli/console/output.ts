/** The output of the tool: one JSON document for programs, or text for people. */
import { styleText } from 'node:util'
import Table from 'cli-table3'

export type Colour = Parameters<typeof styleText>[0]

/** Colours the text, on a terminal that shows colours. */
export const paint = (format: Colour, text: string): string =>
  process.stdout.isTTY && !process.env['NO_COLOR'] ? styleText(format, text) : text

export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const drawn = new Table({
    head: head.map((text) => paint('bold', text)),
    colAligns: head.map((_, column) => (typeof rows[0]?.[column] === 'number' ? 'right' : 'left')),
    // No line between rows.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    // The library would colour them even where there is no terminal.
    style: { head: [], border: [] },
  })
  drawn.push(...rows.map((row) => [...row]))
  return drawn.toString()
}

/** `1 item`, `2 items`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

const NOT_BEFORE_MS = 1000
const CLEAR_LINE = '\r\u001b[K'

export type Progress = ReturnType<typeof showProgress>

/** Shows the progress of a long command in a line on standard error, if that is a terminal. */
export function showProgress(what: string) {
  const started = performance.now()
  let isShown = false
  const clear = (): void => {
    if (isShown) process.stderr.write(CLEAR_LINE)
    isShown = false
  }
  // After Ctrl-C, the shell's prompt needs an empty line.
  process.once('exit', clear)
  return {
    at(done: number, of?: number): void {
      if (!process.stderr.isTTY || performance.now() - started < NOT_BEFORE_MS) return
      process.stderr.write(`${CLEAR_LINE}${of === undefined ? done : `${done} of ${of}`} ${what}`)
      isShown = true
    },
    end(): void {
      clear()
      process.off('exit', clear)
    },
  }
}
