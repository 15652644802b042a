/** `stats`: counts the open requests, and the days that are left for them. */
import type { AnswerOnWire } from '../../../shared/operator/answers.ts'
import { defined } from '../../../shared/platform/defined.ts'
import { counted, paint, table } from '../console/output.ts'
import { defineCommand } from '../define-command.ts'
import { pages } from '../system/ask.ts'
import type { OpsCommand } from '../system/system.ts'

export const stats = defineCommand({
  name: 'stats',
  says: 'Counts open requests by state, channel and remaining days; and open complaints. Shows no personal data.',
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
type Sum = Pick<AnswerOnWire<'stats'>, 'due' | 'oldest' | 'isPaused' | 'complaints'> & {
  readonly states: Counts
  readonly channels: Counts
}

const DUE = { overdue: 0, within7Days: 0, later: 0 }
const NONE: Sum = { states: {}, channels: {}, due: DUE, isPaused: false, complaints: 0 }

/** Pages come in order of age, so the first has the oldest request. */
function plus(sum: Sum, { states, channels, due, oldest, isPaused, complaints }: Sum): Sum {
  return defined({
    states: add(sum.states, states),
    channels: add(sum.channels, channels),
    due: { ...DUE, ...add(sum.due, due) },
    oldest: sum.oldest ?? oldest,
    isPaused,
    complaints,
  })
}

const add = (a: Counts, b: Counts): Counts => ({
  ...a,
  ...Object.fromEntries(Object.entries(b).map(([name, n]) => [name, (a[name] ?? 0) + n])),
})

function describeStats(sum: Sum, ops: OpsCommand): string {
  const { states, channels, due, oldest, isPaused, complaints } = sum
  const waiting = `${counted(complaints, 'complaint waits', 'complaints wait')} for an answer.`
  const notes = [
    ...(complaints > 0 ? [paint('yellow', waiting)] : []),
    ...(isPaused ? [paint('red', `All erasing is paused: ${ops('resume')}`)] : []),
  ]
  if (oldest === undefined) return ['No request is open.', ...notes].join('\n')
  return [
    table(['state', 'requests'], Object.entries(states)),
    table(['channel', 'requests'], Object.entries(channels)),
    table(
      ['due', 'requests'],
      [
        ['overdue', due.overdue],
        ['within 7 days', due.within7Days],
        ['later', due.later],
      ],
    ),
    `The oldest came at ${oldest}.`,
    ...notes,
  ].join('\n')
}
