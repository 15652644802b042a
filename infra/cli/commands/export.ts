/** `export`: the records of all requests, for an auditor: no personal data, page by page as it is read. */
import { stringify } from 'csv-stringify/sync'
import type { AnswerOnWire } from '../../../shared/operator/answers.ts'
import { option } from '../console/options.ts'
import { defineCommand } from '../define-command.ts'
import { pages } from '../system/ask.ts'

type Row = AnswerOnWire<'export'>['requests'][number]

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

export const exportRequests = defineCommand({
  name: 'export',
  says: 'Writes the records of all requests, open and final, as CSV or JSON: counts and dates, no personal data.',
  options: {
    format: option('--format <format>', 'csv, or json as with --json', {
      oneOf: ['csv', 'json'],
      standard: 'csv',
    }),
  },
  help: `
Records go 24 months after their request has ended, or when the configuration says (keep.requests).

Examples:
  $ npm run --silent ops -- export --local > requests.csv
  $ npm run --silent ops -- export --local --json > requests.json`,
  async run({ format }, { ask, isJson }) {
    const write = isJson || format === 'json' ? JSON_LINES : CSV
    let isFirst = true
    let isBegun = false
    for await (const { requests } of pages(ask, 'export', {})) {
      // Nothing is written before the first page has come: a refusal is one document.
      if (!isBegun) await put(write.head)
      isBegun = true
      for (const row of requests) {
        await put(write.row(row, isFirst))
        isFirst = false
      }
    }
    await put(isFirst ? write.empty : write.tail)
  },
})

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
