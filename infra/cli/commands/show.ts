/** `show`: the state of a request, the reason, and the next step. */
import { formatDistanceStrict } from 'date-fns/formatDistanceStrict'
import { openComplaint } from '../../../shared/operations/complaints.ts'
import type { AnswerOnWire } from '../../../shared/operator/answers.ts'
import { dayOf } from '../../../shared/platform/time.ts'
import { isFinal } from '../../../shared/requests/lifecycle.ts'
import type { Problem } from '../../../shared/requests/problem.ts'
import { CliError } from '../console/failure.ts'
import { REQUEST } from '../console/options.ts'
import { counted, paint, table } from '../console/output.ts'
import { defineCommand } from '../define-command.ts'
import type { Ask } from '../system/ask.ts'
import type { OpsCommand } from '../system/system.ts'
import { DOUBTS, NEXT, PROBLEMS, RESIDUE } from './show-words.ts'

type Shown = AnswerOnWire<'show'> & {
  /** The open complaint. Only an operator with access to operate can read its text. */
  readonly complaint?: AnswerOnWire<'complaint'> | { readonly unread: string }
}
type Line = readonly [label: string, text: string | undefined]

/** Enough of a key to name one request, short enough to type. */
export const shortKey = (key: string): string => key.slice(0, 12)

export const show = defineCommand({
  name: 'show',
  says: 'Shows a request: its state, dates, problem, counts, history and open complaint, and the next step.',
  options: { request: REQUEST },
  help: `
Examples:
  $ npm run ops -- show --local 0F3K-9QXM-…     (a code, as people type it)
  $ npm run ops -- show --local 5d41402abc4b
  $ npm run --silent ops -- show --local --json 5d41402abc4b`,
  async run(given, { ask, ops, print }) {
    const request = await ask('show', given)
    const shown = openComplaint(request)
      ? { ...request, complaint: await complaintOf(ask, request.key) }
      : request
    print(shown, () => describeRequest(shown, { now: new Date(), ops }))
  },
})

async function complaintOf(ask: Ask, request: string): Promise<NonNullable<Shown['complaint']>> {
  try {
    return await ask('complaint', { request })
  } catch (error) {
    if (error instanceof CliError) return { unread: error.message }
    throw error
  }
}

export function describeRequest(
  shown: Shown,
  { now, ops }: { readonly now: Date; readonly ops: OpsCommand },
): string {
  const { mails = [] } = shown
  const sections = [
    lines(factsOf(shown, now)),
    describeProblem(shown),
    describeTasks(shown, ops),
    section('Planned', ['holding', 'items'], Object.entries(shown.planned ?? {})),
    describeOutcome(shown),
    section(
      'Mails',
      ['mail', 'state', 'tries'],
      mails.map(({ kind, state, tries }) => [kind, state, tries]),
    ),
    describeComplaint(shown, ops),
    `History\n${shown.history.map(({ at, step, by, reason }) => `  ${time(at)}  ${step}  by ${by}${reason ? `: ${reason}` : ''}`).join('\n')}`,
    `Next      ${nextOf(shown, ops)}${shown.complaint ? '; and answer the complaint' : ''}`,
  ]
  return sections.filter((section) => section !== undefined).join('\n\n')
}

function factsOf(shown: Shown, now: Date): readonly Line[] {
  const { state, heldFrom, progress, attempts, wakeups, doubts } = shown
  return [
    ['Request', shown.key],
    ['State', paint(colourOf(shown), heldFrom ? `${state}, held from ${heldFrom}` : state)],
    ['Channel', shown.app ? `${shown.channel}, app ${shown.app}` : shown.channel],
    ['Scope', shown.scope],
    ['Received', time(shown.receivedAt)],
    ['Changed', time(shown.updatedAt)],
    ['Due', due(shown, now)],
    ['Rule', shown.retention && `${shown.retention.rule}, counted from ${time(shown.retention.since)}`],
    ['Begins', state === 'scheduled' && shown.nextCheckAt ? time(shown.nextCheckAt) : undefined],
    ['Touched', shown.firstDeleteAt ? `since ${time(shown.firstDeleteAt)}` : undefined],
    ['Extended', shown.extension && `${shown.extension.reason}, from ${time(shown.extension.from)}`],
    ...Object.entries(shown.keeps ?? {}).map(
      ([holding, { because, until }]): Line => ['Keeps', `${holding}, because ${because}, until ${until}`],
    ),
    ['Ended', shown.endedAt && time(shown.endedAt)],
    ['Refused', shown.refusal?.reason],
    ['Kept', shown.expiresAt && `this record, until ${time(shown.expiresAt)}`],
    [
      'At',
      progress &&
        `${progress.phase}${progress.holding ? ` of ${progress.holding}` : ''}, pass ${progress.pass}`,
    ],
    ['Tries', attempts > 0 ? `${attempts} without progress` : undefined],
    ['Rung', wakeups > 0 ? `${counted(wakeups, 'time')} since it is queued` : undefined],
    // A doubt that is also a problem is explained there.
    ...doubts
      .filter((doubt) => !reasonsOf(shown).includes(doubt))
      .map((doubt): Line => ['Doubt', DOUBTS[doubt]]),
    ['Approved', shown.approval?.reasons.join(', ')],
  ]
}

function due({ dueAt, state, endedAt }: Shown, now: Date): string {
  const date = new Date(dueAt)
  if (isFinal(state)) return endedAt && new Date(endedAt) > date ? `${time(dueAt)}, missed` : time(dueAt)
  const distance = formatDistanceStrict(date, now, { addSuffix: true })
  return date < now ? paint('red', `${time(dueAt)}, overdue: ${distance}`) : `${time(dueAt)}, ${distance}`
}

const reasonsOf = ({ problem }: Pick<Shown, 'problem'>): readonly Problem['reason'][] =>
  problem ? (problem.reasons ?? [problem.reason]) : []

function describeProblem({ problem }: Shown): string | undefined {
  if (!problem) return undefined
  const { error, lookups, residue = [] } = problem
  const reasons = reasonsOf({ problem })
  const rows = residue.map(({ table: of = '', holding = '', sortKey, items, why }) => [
    of,
    holding,
    sortKey ? `${sortKey}…` : '',
    items,
    why,
  ])
  return [
    paint('red', `Problem ${reasons.join(', ')}${error ? ` (${error})` : ''}`),
    ...reasons.map((reason) => `  ${PROBLEMS[reason]}.`),
    ...(lookups
      ? [`  Estimate: ${counted(lookups, 'query or combination', 'queries or combinations')}.`]
      : []),
    ...(rows.length > 0 ? [table(['table', 'holding', 'sort key', 'items', 'why'], rows)] : []),
    ...Array.from(new Set(residue.map(({ why }) => why)), (why) => `  ${why}: ${RESIDUE[why]}.`),
  ].join('\n')
}

function describeTasks(shown: Shown, ops: OpsCommand): string | undefined {
  const { tasks = [] } = shown
  if (tasks.length === 0) return undefined
  const each = tasks.flatMap(({ holding, text }) => [
    `  ${holding}: ${text?.en ?? 'the data map no longer says what to do'}`,
    `    done? ${ops(`done ${shortKey(shown.key)} ${holding}`)}`,
  ])
  return ['To be done by hand', ...each].join('\n')
}

const nextOf = ({ key, state, tasks = [] }: Shown, ops: OpsCommand): string =>
  tasks.length > 0
    ? 'do the tasks above by hand, and confirm each; after the last one it goes on by itself'
    : NEXT[state](shortKey(key), ops)

const section = (title: string, head: readonly string[], rows: Parameters<typeof table>[1]) =>
  rows.length > 0 ? `${title}\n${table(head, rows)}` : undefined

function describeComplaint({ key, complaint }: Shown, ops: OpsCommand): string | undefined {
  if (!complaint) return undefined
  return [
    paint('yellow', 'receivedAt' in complaint ? `Complaint of ${time(complaint.receivedAt)}` : 'Complaint'),
    'text' in complaint ? `  ${complaint.text}` : `  Its text cannot be read: ${complaint.unread}`,
    `    answer it: ${ops(`answer ${shortKey(key)}`)} < answer.txt`,
  ].join('\n')
}

const ENDS = { ttl: 'TTL', retention: 'a retention rule', operator: 'operator' } as const

function describeOutcome({ outcome }: Shown): string | undefined {
  if (!outcome) return undefined
  const rows = [
    ...outcome.erased.map(({ category, items }) => ['erased', category, items, '', '', '']),
    ...outcome.redacted.map(({ category, items }) => ['redacted', category, items, '', '', '']),
    ...outcome.retained.map(({ category, items, reason, until, ends }) => [
      'retained',
      category,
      items,
      reason,
      (until && dayOf(until)) ?? '',
      ends.map((end) => (end.by === 'owner' ? end.owner : ENDS[end.by])).join(', '),
    ]),
  ]
  const done =
    rows.length > 0
      ? table(['', 'category', 'items', 'because', 'until', 'ends by'], rows)
      : 'Nothing was found.'
  const backups = outcome.backupsExpireAt
  return `Outcome\n${done}${backups ? `\nBackups of what was erased age out by ${time(backups)}.` : ''}`
}

const colourOf = ({ state }: Shown): 'green' | 'yellow' | 'red' =>
  state === 'needs_operator' ? 'red' : isFinal(state) ? 'green' : 'yellow'

const lines = (all: readonly Line[]): string =>
  all.flatMap(([label, text]) => (text === undefined ? [] : [`${label.padEnd(10)}${text}`])).join('\n')

/** To the second, in UTC, as the logs have it. */
const time = (iso: string): string => iso.replace(/\.\d+Z$/, 'Z')
