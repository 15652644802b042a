/** What `check --live` says of the tables. */

import type { ScanCost } from '../../../shared/deployed/scan-cost.ts'
import type { SampleNotes } from '../../../shared/deployed/table-sample.ts'
import { counted, paint } from '../console/output.ts'
import type { LiveCheck, LiveNotes } from '../doctor/tables.ts'

export function describeLive({ findings, text, deployed }: LiveCheck): string {
  const { where, tables, ledgers } = deployed
  const what = `${tables === 1 ? 'the table' : `the ${tables} tables`} of the map`
  const ledger = ledgers.length === 0 ? '' : ` ${ledgers.join(' and ')}: taken for the ledger of this system.`
  const verdict =
    findings.length === 0
      ? `${paint('green', 'ok')} ${where}: ${what} ${tables === 1 ? 'is' : 'are'} as the map says, and no other is there that is not waived.${ledger}`
      : `${paint('red', 'not ok')} ${where}: ${what} and what is deployed differ.${ledger}\n\n${text}`
  return [verdict, ...notesOn(deployed)].join('\n\n')
}

function* notesOn({ unseen, samples, scans }: LiveNotes): Generator<string> {
  if (unseen.length > 0) {
    yield `Not compared, because this engine does not know ${unseen.join(', ')}: what only these tell. AWS does.`
  }
  const noted = samples.map(describeSample).filter((lines) => lines.length > 1)
  if (noted.length > 0) {
    yield [
      'Names in a sample that no holding names. They are no mistakes, but may have been forgotten:',
      ...noted.flat(),
    ].join('\n')
  }
  if (scans.length > 0) {
    yield [
      'What each request costs by scan (plan, erase and verify; on demand, at about the price of us-east-1):',
      ...scans.map(describeScan),
    ].join('\n')
  }
}

function describeSample({
  table,
  items,
  unclaimed,
  staying,
  going,
  unshown,
  keys,
}: SampleNotes): readonly string[] {
  const begin = keys.map(({ partition, sort }) =>
    [partition, sort].flatMap((one) => (one ? `${one}…` : [])).join(' '),
  )
  return [
    `  ${paint('bold', table)} (${counted(items, 'item')})`,
    ...(staying.length > 0 ? [`    would stay:             ${staying.join(', ')}`] : []),
    ...(going.length > 0 ? [`    erased with their item: ${going.join(', ')}`] : []),
    ...(unshown > 0
      ? [
          `    not shown:              ${counted(unshown, 'name that may be a value', 'names that may be values')}`,
        ]
      : []),
    ...(unclaimed > 0
      ? [
          `    of no holding:          ${counted(unclaimed, 'item')}${begin.length > 0 ? `, such as ${begin.join(', ')}` : ''}`,
        ]
      : []),
  ]
}

function describeScan({ holding, table, items, bytes, readUnits, dollars, seconds }: ScanCost): string {
  const count = (value: number, digits = 0) =>
    new Intl.NumberFormat('en', { maximumFractionDigits: digits }).format(value)
  const size = bytes < 1e9 ? `${count(bytes / 1e6, 1)} MB` : `${count(bytes / 1e9, 1)} GB`
  const pace = seconds === undefined ? '' : `, ${count(seconds / 60, 1)} min at the table's pace`
  const price = dollars < 0.01 ? 'less than $0.01' : `about $${count(dollars, 2)}`
  return `  ${holding}: about ${count(items)} items, ${size} in ${table}: ${count(readUnits)} read units, ${price}${pace}`
}
