/** `check --live`: the data map beside the tables as they are deployed. */
import type { DataMap } from '../../shared/config/data-map.ts'
import type { Deployed } from '../../shared/config/deployed.ts'
import type { Finding } from '../../shared/config/findings.ts'
import type { ScanCost } from '../../shared/config/scan-cost.ts'
import type { SampleNotes } from '../../shared/config/table-sample.ts'
import { awsFailure } from './aws-failure.ts'
import { CliError } from './failure.ts'
import { isFields } from './json.ts'
import { describeLocal, localUrl } from './local-system.ts'
import { counted, paint } from './output.ts'
import { plainDeep } from './plain-text.ts'
import { showProgress } from './progress.ts'

export interface LiveOptions {
  readonly local?: true
  readonly region?: string
  readonly profile?: string
  readonly ledger?: string
  /** Items to look at in each table. */
  readonly sample: number
}

export interface LiveCheck {
  readonly findings: readonly Finding[]
  readonly text: string
  readonly deployed: LiveNotes
}

/** What is no mistake, but good to know. */
interface LiveNotes {
  /** Which tables were looked at, in words. */
  readonly where: string
  readonly tables: number
  /** Tables taken for the ledger of this system. */
  readonly ledgers: readonly string[]
  /** Operations that this engine lacks, so that what they tell was not compared. */
  readonly unseen: readonly string[]
  readonly samples: readonly SampleNotes[]
  readonly scans: readonly ScanCost[]
}

/** @throws {@link CliError} when DynamoDB cannot be asked at all. */
export async function lookAtTables(map: DataMap, options: LiveOptions): Promise<LiveCheck> {
  // The SDK is loaded for this only.
  const [
    { dynamoClient, readDeployed },
    { compareTables, unseen },
    { sampleNotes },
    { scanCosts },
    { formatFindings },
  ] = await Promise.all([
    import('../../shared/config/deployed-tables-dynamodb.ts'),
    import('../../shared/config/deployed-tables.ts'),
    import('../../shared/config/table-sample.ts'),
    import('../../shared/config/scan-cost.ts'),
    import('../../shared/config/findings.ts'),
  ])
  const client = dynamoClient(options.local ? { endpoint: await localDynamoDb() } : options)
  const progress = showProgress('tables')
  try {
    const deployed = await readDeployed(client, map, {
      ...options,
      now: new Date(),
      onProgress: (done, of) => progress.at(done, of),
    })
    const found = [...compareTables(map, deployed), ...missingLedger(deployed, options)]
    const answer = plainDeep({
      findings: found,
      deployed: {
        where: whereOf(deployed, options),
        tables: deployed.tables.size,
        ledgers: deployed.ledgers,
        unseen: unseen(deployed),
        samples: sampleNotes(map, deployed),
        scans: scanCosts(map, deployed),
      },
    } satisfies Omit<LiveCheck, 'text'>) as Omit<LiveCheck, 'text'> // plainDeep keeps the shape
    return { ...answer, text: formatFindings(answer.findings) }
  } catch (error) {
    throw awsFailure(error, 'DynamoDB')
  } finally {
    progress.end()
    client.destroy()
  }
}

async function localDynamoDb(): Promise<string> {
  const local = await describeLocal()
  const url = isFields(local) ? local['dynamodb'] : undefined
  if (typeof url === 'string' && /^https?:$/.test(URL.parse(url)?.protocol ?? '')) return url
  throw new CliError(
    'unexpected_answer',
    'npm start does not say where its DynamoDB is: is it of this version?',
  )
}

const missingLedger = ({ listed, ledgers }: Deployed, { ledger }: LiveOptions): readonly Finding[] =>
  ledger === undefined || listed.is !== 'told' || ledgers.includes(ledger)
    ? []
    : [
        {
          place: '--ledger',
          problem: `there is no table "${ledger}" that is neither mapped nor waived`,
          remedy: 'give the name of the ledger, or leave the option out: it is recognised by its keys',
        },
      ]

const whereOf = ({ region, account }: Deployed, { local }: LiveOptions): string =>
  local
    ? `npm start at ${localUrl().origin}`
    : region === undefined || account === undefined
      ? 'the region and account of your AWS configuration'
      : `${region}, account ${account}`

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
