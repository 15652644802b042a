/** Compares the data map with the deployed tables, for `check --live` and `doctor`. */
import type { Finding } from '../../../shared/config/findings.ts'
import type { DataMap } from '../../../shared/data-map/data-map.ts'
import type { Deployed } from '../../../shared/deployed/deployed.ts'
import type { ScanCost } from '../../../shared/deployed/scan-cost.ts'
import type { SampleNotes } from '../../../shared/deployed/table-sample.ts'
import { awsFailure } from '../console/aws.ts'
import { CliError } from '../console/failure.ts'
import { plainDeep } from '../console/foreign.ts'
import { showProgress } from '../console/output.ts'
import { describeLocal, localUrl } from '../system/local-system.ts'
import type { SystemOptions } from '../system/system.ts'

export interface LiveOptions extends Pick<SystemOptions, 'local' | 'region' | 'profile'> {
  readonly ledger?: string
  /** Items to look at in each table. */
  readonly sample: number
}

export interface LiveCheck {
  readonly findings: readonly Finding[]
  readonly text: string
  readonly deployed: LiveNotes
}

/** Facts about the tables that are no mistakes. */
export interface LiveNotes {
  /** The system of the tables, in words. */
  readonly where: string
  readonly tables: number
  /** Tables taken for the ledger of this system. */
  readonly ledgers: readonly string[]
  /** Operations that the engine lacks: the settings they return were not compared. */
  readonly unseen: readonly string[]
  readonly samples: readonly SampleNotes[]
  readonly scans: readonly ScanCost[]
}

/** @throws {@link CliError} when DynamoDB does not answer. */
export async function lookAtTables(map: DataMap, options: LiveOptions): Promise<LiveCheck> {
  // Loaded here, because no other command needs the SDK for DynamoDB.
  const [
    { dynamoClient, readDeployed },
    { compareTables, unseen },
    { sampleNotes },
    { scanCosts },
    { formatFindings },
  ] = await Promise.all([
    import('../../../shared/deployed/tables-dynamodb.ts'),
    import('../../../shared/deployed/compare.ts'),
    import('../../../shared/deployed/table-sample.ts'),
    import('../../../shared/deployed/scan-cost.ts'),
    import('../../../shared/config/findings.ts'),
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
  }
}

async function localDynamoDb(): Promise<string> {
  const { dynamodb: url } = await describeLocal()
  if (url !== undefined && /^https?:$/.test(URL.parse(url)?.protocol ?? '')) return url
  throw new CliError('unexpected_answer', 'npm start gives no address of DynamoDB: is it of this version?')
}

const missingLedger = ({ listed, ledgers }: Deployed, { ledger }: LiveOptions): readonly Finding[] =>
  ledger === undefined || listed.is !== 'told' || ledgers.includes(ledger)
    ? []
    : [
        {
          place: '--ledger',
          problem: `there is no table "${ledger}" that is neither mapped nor waived`,
          remedy: 'give the name of the ledger, or leave out the option: the keys identify the ledger',
        },
      ]

const whereOf = ({ region, account }: Deployed, { local }: LiveOptions): string =>
  local
    ? `npm start at ${localUrl().origin}`
    : region === undefined || account === undefined
      ? 'the region and account of your AWS configuration'
      : `${region}, account ${account}`
