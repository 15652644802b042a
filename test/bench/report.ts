/** The figures as tables. */
import type { CallbackFigures } from './callback.ts'
import type { ColdFigures } from './cold.ts'
import type { DoorFigures } from './doors.ts'
import type { ErasureFigures } from './erasure/erasure.ts'
import { erasureReport } from './erasure/report.ts'
import type { Figures } from './figures.ts'
import type { Goal } from './goal.ts'
import type { MailFigures } from './mail.ts'
import type { PageFigures } from './pages.ts'
import type { StartFigures } from './start.ts'
import { table } from './table.ts'

export const report = ({
  callback,
  pages,
  cold,
  start,
  erasure,
  mail,
  doors,
  eraser,
  goals,
  machine,
}: Figures): string =>
  [
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; load before ${machine.loadBefore}, after ${machine.loadAfter}`,
    ...(callback ? [callbackTable(callback)] : []),
    ...(pages ? [pagesTable(pages)] : []),
    ...(cold ? [coldTable(cold)] : []),
    ...(start && erasure ? [startTable(start, erasure)] : []),
    ...(mail ? [mailTable(mail)] : []),
    ...(doors ? [doorsTable(doors)] : []),
    ...(eraser ? erasureReport(eraser) : []),
    table(
      'Goals',
      ['', 'measured', 'goal', ''],
      goals.map((goal) => [goal.goal, goal.measured, wanted(goal), goal.met ? 'met' : 'missed']),
    ),
  ].join('\n\n')

const wanted = ({ atMost, atLeast }: Goal): string =>
  atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`

function callbackTable({ whole, bare, ...callback }: CallbackFigures): string {
  return table(
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
  )
}

const pagesTable = ({ wholeMs, bareMs, p50Ratio, unknownMs, misshapenMs, bytes }: PageFigures): string =>
  table(
    'Pages, warm',
    ['', 'p50 ms', 'KB'],
    [
      ['status page', wholeMs, (bytes.status / 1024).toFixed(1)],
      ['bare handler', bareMs, ''],
      ['ratio', p50Ratio, ''],
      ['unknown code', unknownMs, ''],
      ['no code', misshapenMs, ''],
      ['first page', '', (bytes.home / 1024).toFixed(1)],
    ],
  )

const coldTable = (cold: readonly ColdFigures[]): string =>
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
  )

const mailTable = ({ sizes }: MailFigures): string =>
  table(
    'Mail in, answer out: SMTP, S3, ledger, stream, SES',
    ['KB', 'p50 ms', 'p99 ms'],
    sizes.map(({ kilobytes, p50Ms, p99Ms }) => [kilobytes, p50Ms, p99Ms]),
  )

const doorsTable = ({ list, retention, import: imported }: DoorFigures): string =>
  table(
    'The other doors',
    ['', ''],
    [
      [`list, first page of ${list.requests} open requests`, `${list.firstPageMs} ms`],
      ['and of those in review, one in a thousand', `${list.filteredMs} ms`],
      [
        `retention, ${retention.due} due of ${retention.customers} customers`,
        `${retention.readUnits} read units, ${retention.seconds} s`,
      ],
      [`import of ${imported.ids} ids`, `${imported.perSecond} ids/s`],
      ['heap after a tenth of them, and after all', `${imported.heapMb.join(' and ')} MB`],
    ],
  )

const startTable = (start: StartFigures, erasure: ErasureFigures): string =>
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
  )

const ratio = (a: number, b: number): string => (a / b).toFixed(2)

const megabytes = (value: number | undefined): string =>
  value === undefined ? 'unknown here' : `${value} MB`
