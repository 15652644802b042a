/** The figures as tables. */
import Table from 'cli-table3'
import type { Figures } from './figures.ts'

export function report({ callback, cold, start, erasure, goals, machine }: Figures): string {
  const { whole, bare } = callback
  return [
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; load before ${machine.loadBefore}, after ${machine.loadAfter}`,
    table(
      "Meta's callback, warm",
      ['', 'p50 ms', 'p99 ms', 'requests/s', 'CPU ms a call'],
      [
        ['whole handler', whole.p50Ms, whole.p99Ms, whole.perSecond, whole.cpuMs],
        ['bare handler', bare.p50Ms, bare.p99Ms, bare.perSecond, bare.cpuMs],
        [
          'ratio',
          `${callback.p50Ratio} (${callback.p50RatioQuartiles.join(' to ')})`,
          ratio(whole.p99Ms, bare.p99Ms),
          ratio(whole.perSecond, bare.perSecond),
          `+${callback.aboveBareCpuMs}`,
        ],
      ],
    ),
    table(
      'Cold: a fresh process',
      ['', 'KB', 'import ms', '/ bare', 'first answer ms'],
      cold.map((one) => [
        one.name,
        (one.bytes / 1024).toFixed(0),
        one.importMs,
        one.ratio,
        one.firstAnswerMs ?? '',
      ]),
    ),
    table(
      'npm start',
      ['', ''],
      [
        ['ready after', `${start.readyMs} ms (${start.readyMsSpread.join(' to ')})`],
        ['peak memory at ready', megabytes(start.peakMbAtReady)],
        ['and after an erasure', megabytes(start.peakMbAfterErasure)],
        [
          `erasing ${erasure.items} items of one person`,
          `${erasure.seconds} s, ${erasure.itemsPerSecond} items/s`,
        ],
      ],
    ),
    table(
      'Goals',
      ['', 'measured', 'at most', ''],
      goals.map(({ goal, measured, atMost, met }) => [goal, measured, atMost, met ? 'met' : 'missed']),
    ),
  ].join('\n\n')
}

const ratio = (a: number, b: number): string => (a / b).toFixed(2)

const megabytes = (value: number | undefined): string =>
  value === undefined ? 'unknown here' : `${value} MB`

function table(
  title: string,
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
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
