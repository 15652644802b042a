/** `export`: the records of all requests, for an auditor: no personal data, page by page as it is read. */

import { type Command, Option } from 'commander'
import { stringify } from 'csv-stringify/sync'
import type { OutputOptions } from '../console/output.ts'
import { operatorFunctions } from '../system/operator-functions.ts'
import type { SystemOptions } from '../system/system.ts'
import { readAnswer } from '../system/wire.ts'

type Row = ReturnType<typeof readAnswer<'export'>>['requests'][number]

/** In this order, in every file. */
const COLUMNS = [
  'request',
  'channel',
  'app',
  'scope',
  'state',
  'receivedAt',
  'dueAt',
  'extendedFrom',
  'extendedBecause',
  'firstDeleteAt',
  'endedAt',
  'refusedBecause',
  'erased',
  'redacted',
  'retained',
  'mapHash',
  'recordUntil',
] as const satisfies readonly (keyof Row)[]

export function addExport(program: Command): void {
  program
    .command('export')
    .description(
      'Writes the records of all requests, open and final, as CSV or JSON: counts and dates, nobody named.',
    )
    .addOption(
      new Option('--format <format>', 'csv, or json as with --json').choices(['csv', 'json']).default('csv'),
    )
    .addHelpText(
      'after',
      `
Records go 24 months after their request has ended, or when the configuration says (keep.requests).

Examples:
  $ npm run --silent ops -- export --local > requests.csv
  $ npm run --silent ops -- export --local --json > requests.json`,
    )
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<OutputOptions & SystemOptions & { format: 'csv' | 'json' }>()
      const { view } = operatorFunctions(options)
      const write = options.json || options.format === 'json' ? JSON_LINES : CSV
      let after: unknown
      let isFirst = true
      do {
        const answer = await view({ command: 'export', ...(after !== undefined && { after }) })
        const { requests, next } = readAnswer('export', answer)
        // Nothing is written before the first page has come: a refusal is one document.
        if (isFirst) await put(write.head)
        for (const row of requests) {
          await put(write.row(row, isFirst))
          isFirst = false
        }
        after = next
      } while (after !== undefined)
      await put(isFirst ? write.empty : write.tail)
    })
}

interface Writer {
  readonly head: string
  readonly row: (row: Row, isFirst: boolean) => string
  readonly tail: string
  readonly empty: string
}

const JSON_LINES: Writer = {
  head: '',
  row: (row, isFirst) => `${isFirst ? '[\n' : ',\n'}${JSON.stringify(row)}`,
  tail: '\n]\n',
  empty: '[]\n',
}

/** RFC 4180; nothing in it begins as a spreadsheet's formula does. */
const CSV: Writer = {
  head: `${COLUMNS.join(',')}\r\n`,
  row: (row) => stringify([row], { columns: COLUMNS, record_delimiter: '\r\n', escape_formulas: true }),
  tail: '',
  empty: '',
}

const put = (text: string): Promise<void> =>
  new Promise((done) => {
    if (text === '') done()
    else process.stdout.write(text, () => done())
  })
