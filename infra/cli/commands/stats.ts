/** `stats`: how many requests are open, and how many days there are left for them. */
import { counted, paint, table } from '../console/output.ts'
import { defineCommand } from '../define-command.ts'
import { pages } from '../system/ask.ts'
import type { OpsCommand } from '../system/system.ts'

export const stats = defineCommand({
  name: 'stats',
  says: 'Counts open requests: by state, by channel, by the days that are left; and open complaints. Shows no personal data.',
  help: `
Examples:
  $ npm run ops -- stats --local
  $ npm run --silent ops -- stats --local --json`,
  async run(_given, { ask, ops, print }) {
    let sum = NONE
    for await (const page of pages(ask, 'stats', {})) sum = plus(sum, page)
    print(sum, () => describeStats(sum, ops))
  },
})

type Counts = Readonly<Record<string, number>>
interface Sum {
  readonly states: Counts
  readonly channels: Counts
  readonly due: Counts
  readonly oldest?: string
  readonly isPaused: boolean
  readonly complaints: number
}

const NONE: Sum = {
  states: {},
  channels: {},
  due: { overdue: 0, within7Days: 0, later: 0 },
  isPaused: false,
  complaints: 0,
}

/** The oldest comes first. */
function plus(sum: Sum, { states, channels, due, oldest = sum.oldest, isPaused, complaints }: Sum): Sum {
  const first = sum.oldest ?? oldest
  return {
    states: add(sum.states, states),
    channels: add(sum.channels, channels),
    due: add(sum.due, due),
    ...(first !== undefined && { oldest: first }),
    isPaused,
    complaints,
  }
}

const add = (a: Counts, b: Counts): Counts => ({
  ...a,
  ...Object.fromEntries(Object.entries(b).map(([name, n]) => [name, (a[name] ?? 0) + n])),
})

function describeStats(
  { states, channels, due, oldest, isPaused, complaints }: Sum,
  ops: OpsCommand,
): string {
  const notes = [
    ...(complaints > 0
      ? [paint('yellow', `${counted(complaints, 'complaint waits', 'complaints wait')} for an answer.`)]
      : []),
    ...(isPaused ? [paint('red', `All erasing is paused: ${ops('resume')}`)] : []),
  ]
  if (oldest === undefined) return ['No request is open.', ...notes].join('\n')
  return [
    table(['state', 'requests'], Object.entries(states)),
    table(['channel', 'requests'], Object.entries(channels)),
    table(
      ['due', 'requests'],
      [
        ['overdue', due['overdue'] ?? 0],
        ['within 7 days', due['within7Days'] ?? 0],
        ['later', due['later'] ?? 0],
      ],
    ),
    `The oldest came at ${oldest}.`,
    ...notes,
  ].join('\n')
}
