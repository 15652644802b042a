/** `replay`: after a restore, opens a request for each erased person who is back. */
import type { Input } from '../../../shared/operator/protocol.ts'
import type { RequestKey } from '../../../shared/requests/code.ts'
import { CliError, wrongUsage } from '../console/failure.ts'
import { EXPECT, flag, option } from '../console/options.ts'
import { counted, paint, showProgress, table } from '../console/output.ts'
import { defineCommand } from '../define-command.ts'
import { type Ask, limitInFlight, pages } from '../system/ask.ts'
import type { OpsCommand } from '../system/system.ts'

export const replay = defineCommand({
  name: 'replay',
  says: 'After a restore: opens a request for each erased person who is back in the table.',
  options: {
    table: option('--table <name>', 'the restored table, by its key in the data map or its name; or ledger', {
      isRequired: true,
    }),
    since: option('--since <time>', 'the time of the restored state: a day, or a time with its zone', {
      isRequired: true,
    }),
    isDryRun: flag(
      '--dry-run',
      'only count the people who are back; also restores missing entries of the ledger',
    ),
    expect: EXPECT,
  },
  help: `
A day begins in the organization's time zone. Only people whose erasure ended after that time are erased again, by requests
with their original deadline. People who were erased earlier, and have items now, have come back themselves.

The journal, a bucket outside the ledger, knows them even if the ledger was restored, too. --table ledger covers all tables
of the data map. After Ctrl-C or a failure, the same command goes on. Requests are opened no faster than they are worked on;
tables are read no faster than maxReadUnitsPerSecond.

docs/runbook.md#restorenotreplayed describes a restore step by step.

Examples:
  $ npm run ops -- replay --local --table app --since 2026-11-20T08:30:00Z --dry-run
  $ npm run ops -- replay --local --table app --since 2026-11-20T08:30:00Z --expect 3
  $ npm run ops -- replay --local --table ledger --since 2026-11-20 --dry-run`,
  async run({ isDryRun, expect, ...of }, { ask, ops, print }) {
    if (isDryRun && expect !== undefined)
      throw wrongUsage('give --dry-run, or --expect with the number that it found: not both')
    if (!isDryRun && expect === undefined)
      throw wrongUsage('give --expect with the number that the dry run found: run it with --dry-run first')
    const report = await replayErasures(ask, of, expect)
    print(report, () => [...describe(report, ops)].join('\n'))
  },
})

type Of = Input<'find-replay'>

type Report = Awaited<ReturnType<typeof replayErasures>>

/** @param expect The number that a dry run found; without it, this is a dry run. */
export async function replayErasures(ask: Ask, given: Of, expect?: number) {
  const begun = await ask('find-replay', given)
  const of = { table: given.table, since: begun.since }
  const forgotten = await learn(ask, of)
  const { items, found, underWay } = await look(ask, of, begun.tables, expect !== undefined)
  const { tables, since } = begun
  // Requests that are missing in the ledger, and whose people have no items any more.
  const lost = forgotten.filter((key) => !found.includes(key))
  const report = { tables, since, items, found: found.length, underWay, lost }
  if (expect === undefined) return { ...report, opened: undefined, restores: undefined }
  const counts = begun.found ?? found.length
  if (expect !== counts) {
    const when = begun.found === undefined ? 'now' : 'when this replay began'
    throw new CliError(
      'unexpected_count',
      `Nothing is opened: ${counts} were found ${when}, not ${expect}. Run it with --dry-run again.`,
    )
  }
  await ask('begin-replay', { ...of, found: counts })
  const opened = await openAll(ask, of, found)
  const { restores } = await ask('end-replay', of)
  return { ...report, opened, restores }
}

async function learn(ask: Ask, of: Of): Promise<readonly RequestKey[]> {
  const progress = showProgress('entries of the journal read')
  const forgotten = new Set<RequestKey>()
  let entries = 0
  for await (const page of pages(ask, 'learn-erased', of)) {
    entries += page.entries
    for (const key of page.forgotten) forgotten.add(key)
    progress.at(entries)
  }
  progress.end()
  return [...forgotten]
}

async function look(ask: Ask, of: Of, tables: readonly string[], isKept: boolean) {
  const progress = showProgress('items looked at')
  const found = new Set<RequestKey>()
  const underWay = new Set<RequestKey>()
  let items = 0
  for (const at of tables) {
    for await (const page of pages(ask, 'look-again', { ...of, at, isKept })) {
      items += page.items
      for (const key of page.found) found.add(key)
      for (const key of page.underWay) underWay.add(key)
      progress.at(items)
    }
  }
  progress.end()
  return { items, found: [...found], underWay: [...underWay] }
}

const BATCH = 20
/** The batches that wait for an eraser at most. */
const BATCHES_IN_FLIGHT = 50

async function openAll(ask: Ask, of: Of, keys: readonly RequestKey[]): Promise<number> {
  const progress = showProgress('requests opened')
  const opening = limitInFlight(ask, BATCHES_IN_FLIGHT)
  let opened = 0
  for (let from = 0; from < keys.length; from += BATCH) {
    const requests = keys.slice(from, from + BATCH)
    const answer = await ask('replay', { ...of, requests })
    opened += answer.opened
    progress.at(from + requests.length, keys.length)
    await opening(answer.requests)
  }
  progress.end()
  return opened
}

function* describe(report: Report, ops: OpsCommand): Generator<string> {
  const { tables, since, items, found, underWay, lost, opened, restores = 0 } = report
  yield table(
    [`since ${since}`, 'count'],
    [
      [`items of ${tables.join(', ')}`, items],
      ['requests whose people are back', found],
      ['of these people, open requests', underWay.length],
    ],
  )
  if (lost.length > 0)
    yield `${counted(lost.length, 'request')} began since and ${lost.length === 1 ? 'is' : 'are'} missing in the ledger. Their people have no items, so none has to be erased again, but their codes answer 404. --json names them.`
  yield opened === undefined
    ? `Nothing is opened yet. To go on, run it with ${paint('bold', `--expect ${found}`)} in place of --dry-run.`
    : `${counted(opened, 'request is', 'requests are')} new. Follow them: ${ops('list')}`
  if (restores > 0) yield `${counted(restores, 'restore is', 'restores are')} replayed: the alarm ends.`
}
