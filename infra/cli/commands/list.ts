/** `list`: open requests, the oldest first; with `--mail`, mail that led to no answer, and why. */

import { type Command, Option } from 'commander'
import { formatDistanceStrict } from 'date-fns/formatDistanceStrict'
import { dayOf } from '../../../shared/platform/time.ts'
import { isFinal, STATES } from '../../../shared/requests/lifecycle.ts'
import { CHANNELS } from '../../../shared/requests/request.ts'
import { wrongUsage } from '../console/failure.ts'
import { counted, type OutputOptions, paint, present, table } from '../console/output.ts'
import { operatorFunctions } from '../system/operator-functions.ts'
import type { SystemOptions } from '../system/system.ts'
import { readAnswer } from '../system/wire.ts'
import { SHORT_KEY } from './show.ts'

interface Filters {
  readonly state?: string
  readonly channel?: string
  readonly app?: string
  readonly dueBefore?: string
}
interface ListOptions extends OutputOptions, SystemOptions, Filters {
  readonly mail?: true
  readonly days: number
  readonly limit: number
}

const MOST = 100_000
/** As many as a function answers at once. */
const MOST_AT_ONCE = 1000

export function addList(program: Command): void {
  program
    .command('list')
    .description('Lists open requests, the oldest first; or mail that was not answered. Names nobody.')
    .addOption(
      new Option('--state <state>', 'only those in it').choices(STATES.filter((one) => !isFinal(one))),
    )
    .addOption(new Option('--channel <channel>', 'only those that came so').choices(CHANNELS))
    .option('--app <name>', 'only those of this app, as the configuration names it')
    .option(
      '--due-before <date>',
      'only those that are due before: 2026-12-31, or a moment with its zone',
      moment,
    )
    .option('--limit <n>', `so many at most: 1 to ${MOST}`, number('--limit', MOST), 50)
    .option(
      '--mail',
      'instead: mail that was dropped, silent on purpose, without a usable sender, or repeated',
    )
    .option('--days <n>', 'with --mail: of how many days, today included: 1 to 30', number('--days', 30), 7)
    .addHelpText(
      'after',
      `
Examples:
  $ npm run ops -- list --local
  $ npm run ops -- list --local --state needs_review --channel meta
  $ npm run --silent ops -- list --local --json --due-before 2026-12-31 --limit 1000
  $ npm run ops -- list --mail --local --days 30`,
    )
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>()
      await (options.mail ? listMail : listRequests)(options)
    })
}

async function listMail(options: ListOptions): Promise<void> {
  const { state, channel, app, dueBefore } = options
  if ([state, channel, app, dueBefore].some((one) => one !== undefined)) {
    throw wrongUsage('--mail lists mail: --state, --channel, --app and --due-before are for requests')
  }
  const answer = await operatorFunctions(options).view({ command: 'mail', days: options.days })
  const { mails } = readAnswer('mail', answer)
  present(options, { mails }, () =>
    mails.length === 0
      ? `All mail of ${counted(options.days, 'day')} was answered, or none came.`
      : table(
          ['at', 'mail', 'what became of it', 'why'],
          mails.map(({ at, id, is, why = '' }) => [at, id.slice(0, 12), is, why]),
        ),
  )
}

type Row = ReturnType<typeof readAnswer<'list'>>['requests'][number]

async function listRequests(options: ListOptions): Promise<void> {
  const { view } = operatorFunctions(options)
  const { state, channel, app, dueBefore, limit } = options
  const filters = Object.entries({ state, channel, app, dueBefore }).filter(
    ([, value]) => value !== undefined,
  )
  const requests: Row[] = []
  let after: unknown
  do {
    const left = Math.min(limit - requests.length, MOST_AT_ONCE)
    const command = {
      command: 'list',
      limit: left,
      ...Object.fromEntries(filters),
      ...(after !== undefined && { after }),
    }
    const answer = readAnswer('list', await view(command))
    requests.push(...answer.requests)
    after = answer.next
  } while (after !== undefined && requests.length < limit)
  const more = after !== undefined
  present(options, { requests, more }, () => describeRequests(requests, { more, now: new Date() }))
}

function describeRequests(
  requests: readonly Row[],
  { more, now }: { readonly more: boolean; readonly now: Date },
): string {
  if (requests.length === 0) return 'No such request is open.'
  const rows = requests.map(({ key, state, channel, app = '', receivedAt, dueAt }) => [
    key.slice(0, SHORT_KEY),
    state,
    channel,
    app,
    dayOf(receivedAt),
    dayOf(dueAt),
    left(new Date(dueAt), now),
  ])
  const drawn = table(['request', 'state', 'channel', 'app', 'received', 'due', ''], rows)
  return more ? `${drawn}\nThere may be more: --limit ${requests.length * 10} shows them.` : drawn
}

function left(dueAt: Date, now: Date): string {
  const distance = formatDistanceStrict(dueAt, now, { addSuffix: true })
  return dueAt < now ? paint('red', `overdue, ${distance}`) : distance
}

const number =
  (option: string, most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= 1 && value <= most) return value
    throw wrongUsage(`${option} takes a number from 1 to ${most}`)
  }

function moment(text: string): string {
  const isDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)
  const date = new Date(text)
  // `Date` makes the third of March of the 31st of February.
  const day = new Date(text.slice(0, 10))
  const isThere = !Number.isNaN(date.getTime()) && day.toISOString().startsWith(text.slice(0, 10))
  if (isDate && isThere) return date.toISOString()
  throw wrongUsage('--due-before takes a date such as 2026-12-31, or a moment such as 2026-12-31T12:00:00Z')
}
