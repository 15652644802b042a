/** `list`: open requests, the oldest first; with `--mail`, mail without an answer, and the reasons. */
import { formatDistanceStrict } from 'date-fns/formatDistanceStrict'
import type { AnswerOnWire } from '../../../shared/operator/answers.ts'
import type { Input } from '../../../shared/operator/protocol.ts'
import { dayOf } from '../../../shared/platform/time.ts'
import { isFinal, STATES } from '../../../shared/requests/lifecycle.ts'
import { CHANNELS } from '../../../shared/requests/request.ts'
import { wrongUsage } from '../console/failure.ts'
import { flag, option, wholeNumber } from '../console/options.ts'
import { counted, paint, table } from '../console/output.ts'
import { defineCommand } from '../define-command.ts'
import type { Ask } from '../system/ask.ts'
import { shortKey } from './show.ts'

const MOST = 100_000
/** The most that a function answers at once. */
const MOST_AT_ONCE = 1000

export const list = defineCommand({
  name: 'list',
  says: 'Lists open requests, the oldest first; or mail without an answer. Shows no personal data.',
  options: {
    state: option('--state <state>', 'only those in this state', {
      oneOf: STATES.filter((one) => !isFinal(one)),
    }),
    channel: option('--channel <channel>', 'only those of this channel', { oneOf: CHANNELS }),
    app: option('--app <name>', 'only those of this app, as the configuration names it'),
    dueBefore: option('--due-before <date>', 'only those due before: 2026-12-31, or a time with its zone', {
      read: moment,
    }),
    limit: option('--limit <n>', `at most this many: 1 to ${MOST}`, {
      read: wholeNumber('--limit', 1, MOST),
      standard: 50,
    }),
    isMail: flag('--mail', 'instead: mail that was dropped, or got no answer for another reason'),
    days: option('--days <n>', 'with --mail: the last days, today included: 1 to 30', {
      read: wholeNumber('--days', 1, 30),
      standard: 7,
    }),
  },
  help: `
Examples:
  $ npm run ops -- list --local
  $ npm run ops -- list --local --state needs_review --channel meta
  $ npm run --silent ops -- list --local --json --due-before 2026-12-31 --limit 1000
  $ npm run ops -- list --mail --local --days 30`,
  async run({ isMail, days, limit, ...filter }, { ask, print }) {
    if (!isMail) {
      const found = await openRequests(ask, filter, limit)
      return print(found, () => describeRequests(found, new Date()))
    }
    if (Object.keys(filter).length > 0) {
      throw wrongUsage('--mail lists mail: --state, --channel, --app and --due-before are for requests')
    }
    const { mails } = await ask('mail', { days })
    print({ mails }, () =>
      mails.length === 0
        ? `All mail of ${counted(days, 'day')} was answered, or none came.`
        : table(
            ['at', 'mail', 'outcome', 'why'],
            mails.map(({ at, id, is, why = '' }) => [at, id.slice(0, 12), is, why]),
          ),
    )
  },
})

type Row = AnswerOnWire<'list'>['requests'][number]

async function openRequests(ask: Ask, filter: Omit<Input<'list'>, 'limit' | 'after'>, limit: number) {
  const requests: Row[] = []
  let after: Input<'list'>['after']
  do {
    const left = Math.min(limit - requests.length, MOST_AT_ONCE)
    const page = await ask('list', { ...filter, limit: left, after })
    requests.push(...page.requests)
    after = page.next
  } while (after !== undefined && requests.length < limit)
  return { requests, more: after !== undefined }
}

function describeRequests({ requests, more }: Awaited<ReturnType<typeof openRequests>>, now: Date): string {
  if (requests.length === 0) return 'No such request is open.'
  const rows = requests.map(({ key, state, channel, app = '', receivedAt, dueAt }) => [
    shortKey(key),
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

function moment(text: string): string {
  const isDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)
  const date = new Date(text)
  // `Date` reads 31 February as 3 March.
  const day = new Date(text.slice(0, 10))
  const isThere = !Number.isNaN(date.getTime()) && day.toISOString().startsWith(text.slice(0, 10))
  if (isDate && isThere) return date.toISOString()
  throw wrongUsage('--due-before takes a date such as 2026-12-31, or a time such as 2026-12-31T12:00:00Z')
}
