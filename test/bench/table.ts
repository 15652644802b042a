/** One table of the report. */
import Table from 'cli-table3'

export type Cell = string | number

export function table(title: string, head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const drawn = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
    // Readable in a terminal and in a file.
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  })
  for (const row of rows) drawn.push([...row])
  return `${title}\n${drawn.toString()}`
}
