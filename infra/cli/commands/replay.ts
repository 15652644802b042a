/** `replay`: after a restore, a request for everybody who was erased since and is back. */

import type { Command } from 'commander'
import { CliError, wrongUsage } from '../console/failure.ts'
import { counted, type OutputOptions, paint, present, table } from '../console/output.ts'
import { showProgress } from '../console/progress.ts'
import { wholeNumber } from '../console/whole-number.ts'
import { operatorFunctions } from '../system/operator-functions.ts'
import { type OpsCommand, opsCommand } from '../system/ops-command.ts'
import { worked } from '../system/queued.ts'
import type { OperatorFunctions, SystemOptions } from '../system/system.ts'
import { readAnswer } from '../system/wire.ts'

interface ReplayOptions extends OutputOptions, SystemOptions {
  readonly table: string
  readonly since: string
  readonly dryRun?: true
  readonly expect?: number
}

export function addReplay(program: Command): void {
  program
    .command('replay')
    .description(
      'After a restore: opens a request for everybody who was erased since, and is back in the table.',
    )
    .requiredOption(
      '--table <name>',
      'the table that was restored, by its key in the data map or its name; or ledger',
    )
    .requiredOption('--since <time>', 'the state that it was restored to: a day, or a time with its zone')
    .option('--dry-run', 'only count: who is back. The ledger learns what it has forgotten')
    .option(
      '--expect <n>',
      'how many the dry run found: begins only if it still is so many',
      wholeNumber('--expect'),
    )
    .addHelpText(
      'after',
      `
A day begins in the organization's time zone. Only people whose erasure ended after that time are erased again, by requests
with their original deadline: who was erased before, and is there, has come back by themselves.

The journal, a bucket outside of the ledger, knows them even if the ledger was restored too. With --table ledger all
tables of the data map are gone over. What was stopped, by Ctrl-C or by a failure, goes on with the same command. Requests
are opened as fast as they are worked on; tables are read no faster than their maxReadUnitsPerSecond allows.

docs/runbook.md#restorenotreplayed goes through a restore step by step.

Examples:
  $ npm run ops -- replay --local --table app --since 2026-11-20T08:30:00Z --dry-run
  $ npm run ops -- replay --local --table app --since 2026-11-20T08:30:00Z --expect 3
  $ npm run ops -- replay --local --table ledger --since 2026-11-20 --dry-run`,
    )
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<ReplayOptions>()
      if (options.dryRun && options.expect !== undefined)
        throw wrongUsage('give --dry-run, or --expect with what it found: not both')
      if (!options.dryRun && options.expect === undefined)
        throw wrongUsage('give --expect with what the dry run found: run it with --dry-run first')
      const report = await replay(operatorFunctions(options), options)
      present(options, report, () => describe(report, opsCommand(options)))
    })
}

interface Report {
  readonly tables: readonly string[]
  readonly since: string
  readonly items: number
  /** Requests that erased people who are back. */
  readonly found: number
  /** Those of people who are back that are open, and go on by themselves. */
  readonly underWay: readonly string[]
  /** Those that the ledger has lost, and of whose people nothing is there any more. */
  readonly lost: readonly string[]
  /** Requests that are new; absent from a dry run. */
  readonly opened?: number
  /** Alarms that end with it. */
  readonly restores?: number
}

export async function replay(
  functions: OperatorFunctions,
  { table: name, since: said, expect }: Pick<ReplayOptions, 'table' | 'since' | 'expect'>,
): Promise<Report> {
  const { operate } = functions
  const begun = readAnswer('find-replay', await operate({ command: 'find-replay', table: name, since: said }))
  const of = { table: name, since: begun.since }
  const forgotten = await learn(functions, of)
  const { items, found, underWay } = await look(functions, of, {
    tables: begun.tables,
    isKept: expect !== undefined,
  })
  const report = {
    tables: begun.tables,
    since: begun.since,
    items,
    found: found.length,
    underWay,
    lost: forgotten.filter((key) => !found.includes(key)),
  }
  if (expect === undefined) return report
  const counts = begun.found ?? found.length
  if (expect !== counts) {
    const when = begun.found === undefined ? 'now' : 'when this replay began'
    throw new CliError(
      'unexpected_count',
      `Nothing is opened: ${counts} were found ${when}, not ${expect}. Run it with --dry-run again.`,
    )
  }
  await operate({ command: 'begin-replay', ...of, found: counts })
  const opened = await openAll(functions, of, found)
  const { restores } = readAnswer('end-replay', await operate({ command: 'end-replay', ...of }))
  return { ...report, opened, restores }
}

interface Of {
  readonly table: string
  readonly since: string
}

async function learn({ operate }: OperatorFunctions, of: Of): Promise<readonly string[]> {
  const progress = showProgress('entries of the journal read')
  const forgotten = new Set<string>()
  let entries = 0
  let after: string | undefined
  do {
    const answer = await operate({ command: 'learn-erased', ...of, ...(after !== undefined && { after }) })
    const page = readAnswer('learn-erased', answer)
    entries += page.entries
    for (const key of page.forgotten) forgotten.add(key)
    progress.at(entries)
    after = page.next
  } while (after !== undefined)
  progress.end()
  return [...forgotten]
}

async function look(
  { operate }: OperatorFunctions,
  of: Of,
  { tables, isKept }: { readonly tables: readonly string[]; readonly isKept: boolean },
): Promise<{
  readonly items: number
  readonly found: readonly string[]
  readonly underWay: readonly string[]
}> {
  const progress = showProgress('items looked at')
  const found = new Set<string>()
  const underWay = new Set<string>()
  let items = 0
  for (const at of tables) {
    let after: string | undefined
    do {
      const command = { command: 'look-again', ...of, at, isKept, ...(after !== undefined && { after }) }
      const page = readAnswer('look-again', await operate(command))
      items += page.items
      for (const key of page.found) found.add(key)
      for (const key of page.underWay) underWay.add(key)
      progress.at(items)
      after = page.next
    } while (after !== undefined)
  }
  progress.end()
  return { items, found: [...found], underWay: [...underWay] }
}

const BATCH = 20
/** Batches that may wait for an eraser before more are opened. */
const BATCHES_IN_FLIGHT = 50

async function openAll(functions: OperatorFunctions, of: Of, keys: readonly string[]): Promise<number> {
  const progress = showProgress('requests opened')
  const inFlight: (readonly string[])[] = []
  let opened = 0
  for (let from = 0; from < keys.length; from += BATCH) {
    const requests = keys.slice(from, from + BATCH)
    const answer = readAnswer('replay', await functions.operate({ command: 'replay', ...of, requests }))
    opened += answer.opened
    inFlight.push(answer.requests)
    progress.at(from + requests.length, keys.length)
    if (inFlight.length >= BATCHES_IN_FLIGHT) await worked(functions, inFlight.shift() ?? [])
  }
  progress.end()
  return opened
}

function describe(report: Report, ops: OpsCommand): string {
  const { tables, since, items, found, underWay, lost, opened, restores = 0 } = report
  const counts = table(
    [`since ${since}`, 'count'],
    [
      [`items of ${tables.join(', ')}`, items],
      ['requests whose people are back', found],
      ['of people who are back, open already', underWay.length],
    ],
  )
  const gone =
    lost.length > 0
      ? [
          `${counted(lost.length, 'request')} began since and ${lost.length === 1 ? 'is' : 'are'} not in the ledger, and nothing of their people is there: nobody has to be erased, but their codes answer 404. --json names them.`,
        ]
      : []
  const next =
    opened === undefined
      ? [
          `Nothing is opened yet. To go on, run it with ${paint('bold', `--expect ${found}`)} in place of --dry-run.`,
        ]
      : [
          `${counted(opened, 'request is', 'requests are')} new. Follow them: ${ops('list')}`,
          ...(restores > 0 ? [`${counted(restores, 'restore')} made good: the alarm ends.`] : []),
        ]
  return [counts, ...gone, ...next].join('\n')
}
