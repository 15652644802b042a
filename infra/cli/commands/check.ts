/** `check`: checks the configuration; with `--live`, against the deployed tables. Changes nothing. */
import type { DeletionConfig } from '../../../shared/config/define.ts'
import type { ScanCost } from '../../../shared/deployed/scan-cost.ts'
import type { SampleNotes } from '../../../shared/deployed/table-sample.ts'
import { checkFile } from '../console/config-file.ts'
import { wrongUsage } from '../console/failure.ts'
import { configOption, flag, option, wholeNumber } from '../console/options.ts'
import { counted, paint } from '../console/output.ts'
import { defineCommand } from '../define-command.ts'
import type { LiveCheck } from '../doctor/tables.ts'

const SAMPLE = 200

export const check = defineCommand({
  name: 'check',
  says: 'Checks the configuration. Names each mistake with its place and its correction.',
  options: {
    config: configOption('the configuration'),
    isLive: flag(
      '--live',
      'also compare the data map with the deployed tables, or with --local those of npm start',
    ),
    ledger: option('--ledger <table>', 'with --live: the ledger of this system (default: found by its keys)'),
    sample: option('--sample <items>', `with --live: items to read in each table (default: ${SAMPLE})`, {
      read: wholeNumber('--sample', 0, 10_000),
    }),
  },
  help: `
--live reads with your own AWS credentials and changes nothing; docs/check-live.md lists the permissions that it needs. From
sampled items it prints the names of attributes, never a value.

Examples:
  $ npm run ops -- check
  $ npm run ops -- check --config ../company/deletion.config.ts
  $ npm run ops -- check --live --region ap-southeast-1
  $ npm run ops -- check --live --local
  $ npm run --silent ops -- check --json`,
  async run({ config: path, isLive, ...given }, { system, print }) {
    const onlyLive = [system.region, system.profile, given.ledger, given.sample]
    if (!isLive && onlyLive.some((one) => one !== undefined)) {
      throw wrongUsage('--region, --profile, --ledger and --sample go with --live')
    }
    const { config, findings: mistakes, notes } = await checkFile(path)
    // Loaded here, because only --live needs it.
    const tables = isLive ? await import('../doctor/tables.ts') : undefined
    const live =
      config && (await tables?.lookAtTables(config.dataMap, { sample: SAMPLE, ...given, ...system }))
    const findings = [...mistakes, ...(live?.findings ?? [])]
    const document = {
      path,
      valid: findings.length === 0,
      findings,
      notes,
      ...(live && { deployed: live.deployed }),
    }
    const { formatFindings, formatNotes } = await import('../../../shared/config/findings.ts')
    print(document, () => {
      if (!config) return `${path} has mistakes.\n\n${formatFindings(findings)}`
      const checked = `${paint('green', 'ok')} ${path}: ${describe(config)}`
      const looked = live ? `${checked}\n${describeLive(live)}` : `${checked} The tables were not compared.`
      return notes.length > 0 ? `${looked}\n\n${formatNotes(notes)}` : looked
    })
    if (findings.length > 0) process.exitCode = 1
  },
})

function describe({ apps, locales, dataMap }: DeletionConfig) {
  const { identities, tables, holdings, categories, reasons } = dataMap
  const parts = [
    counted(Object.keys(apps).length, 'app'),
    counted(Object.keys(identities).length, 'identity', 'identities'),
    counted(Object.keys(tables).length, 'table'),
    counted(Object.keys(holdings).length, 'holding'),
    `the texts of ${counted(Object.keys(categories).length, 'category', 'categories')}`,
    `and ${counted(Object.keys(reasons).length, 'reason')} in ${locales.join(' and ')}`,
  ]
  return `${parts.slice(0, -1).join(', ')} ${parts.at(-1)} were checked.`
}

export function describeLive({ findings, text, deployed }: LiveCheck): string {
  const { where, tables, ledgers } = deployed
  const what = `${tables === 1 ? 'the table' : `the ${tables} tables`} of the map`
  const ledger = ledgers.length === 0 ? '' : ` ${ledgers.join(' and ')}: taken for the ledger of this system.`
  const verdict =
    findings.length === 0
      ? `${paint('green', 'ok')} ${where}: ${what} ${tables === 1 ? 'is' : 'are'} as the map says, and every other table is waived.${ledger}`
      : `${paint('red', 'not ok')} ${where}: ${what} and the deployed tables differ.${ledger}\n\n${text}`
  return [verdict, ...notesOn(deployed)].join('\n\n')
}

function* notesOn({ unseen, samples, scans }: LiveCheck['deployed']): Generator<string> {
  if (unseen.length > 0) {
    yield `Not compared: the settings from ${unseen.join(', ')}, which this engine does not support.`
  }
  const noted = samples.map((sample) => [...describeSample(sample)]).filter((lines) => lines.length > 1)
  if (noted.length > 0) yield [SAMPLED, ...noted.flat()].join('\n')
  const spelled = samples.flatMap(({ table, spellings = [] }) =>
    spellings.map(
      ({ attribute, addresses, spelledOtherwise }) =>
        `  ${paint('bold', table)} ${attribute}: ${spelledOtherwise} of ${counted(addresses, 'address', 'addresses')}`,
    ),
  )
  if (spelled.length > 0) yield [SPELLED_OTHERWISE, ...spelled].join('\n')
  if (scans.length > 0) yield [SCANNED, ...scans.map(describeScan)].join('\n')
}

const SAMPLED = 'In the samples, no holding names these. They are no mistakes, but may have been forgotten:'
const SPELLED_OTHERWISE =
  'Addresses in a sample that are not in their normal form. A request finds them only if it meets the same spelling:'
const SCANNED =
  'The costs of scans for each request (plan, erase and verify; on demand, at about the price of us-east-1):'

function* describeSample(sample: SampleNotes): Generator<string> {
  const { table, items, unclaimed, staying, going, unshown, keys } = sample
  const begin = keys.map(({ partition, sort }) =>
    [partition, sort].flatMap((one) => (one ? `${one}…` : [])).join(' '),
  )
  yield `  ${paint('bold', table)} (${counted(items, 'item')})`
  if (staying.length > 0) yield `    would stay:             ${staying.join(', ')}`
  if (going.length > 0) yield `    erased with their item: ${going.join(', ')}`
  if (unshown > 0)
    yield `    not shown:              ${counted(unshown, 'name that may be a value', 'names that may be values')}`
  if (unclaimed > 0)
    yield `    of no holding:          ${counted(unclaimed, 'item')}${begin.length > 0 ? `, such as ${begin.join(', ')}` : ''}`
}

function describeScan({ holding, table, items, bytes, readUnits, dollars, seconds }: ScanCost): string {
  const count = (value: number, digits = 0) =>
    new Intl.NumberFormat('en', { maximumFractionDigits: digits }).format(value)
  const size = bytes < 1e9 ? `${count(bytes / 1e6, 1)} MB` : `${count(bytes / 1e9, 1)} GB`
  const pace = seconds === undefined ? '' : `, ${count(seconds / 60, 1)} min at the table's pace`
  const price = dollars < 0.01 ? 'less than $0.01' : `about $${count(dollars, 2)}`
  return `  ${holding}: about ${count(items)} items, ${size} in ${table}: ${count(readUnits)} read units, ${price}${pace}`
}
