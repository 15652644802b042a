/** `export`: the records of all requests, for an auditor, written page by page; no personal data. */
import { stringify } from 'csv-stringify/sync'
import type { AnswerOnWire } from '../../../shared/operator/answers.ts'
import { option } from '../console/options.ts'
import { defineCommand } from '../define-command.ts'
import { pages } from '../system/ask.ts'

type Row = AnswerOnWire<'export'>['requests'][number]

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

export const exportRequests = defineCommand({
  name: 'export',
  says: 'Writes the records of all requests, open and ended, as CSV or JSON: counts and dates, no personal data.',
  options: {
    format: option('--format <format>', 'csv, or json as with --json', {
      oneOf: ['csv', 'json'],
      standard: 'csv',
    }),
  },
  help: `
Records are deleted 24 months after the end of their request, or after keep.requests in the configuration.

Examples:
  $ npm run --silent ops -- export --local > requests.csv
  $ npm run --silent ops -- export --local --json > requests.json`,
  async run({ format }, { ask, isJson }) {
    const { head, row, tail, empty } = isJson || format === 'json' ? JSON_LINES : CSV
    let isFirst = true
    let isBegun = false
    for await (const { requests } of pages(ask, 'export', {})) {
      // A refusal is one document, so nothing is written before the first page.
      if (!isBegun) await put(head)
      isBegun = true
      for (const request of requests) {
        await put(row(request, isFirst))
        isFirst = false
      }
    }
    await put(isFirst ? empty : tail)
  },
})

const JSON_LINES = {
  head: '',
  row: (row: Row, isFirst: boolean) => `${isFirst ? '[\n' : ',\n'}${JSON.stringify(row)}`,
  tail: '\n]\n',
  empty: '[]\n',
}

/** RFC 4180; no value begins like a formula of a spreadsheet. */
const CSV: typeof JSON_LINES = {
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
