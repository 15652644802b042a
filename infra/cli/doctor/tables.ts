/** Compares the data map with the deployed tables, for `check --live` and `doctor`. */
import { type Finding, formatFindings } from '../../../shared/config/findings.ts'
import type { DataMap } from '../../../shared/data-map/data-map.ts'
import { compareTables, unseen } from '../../../shared/deployed/compare.ts'
import type { Deployed } from '../../../shared/deployed/deployed.ts'
import { scanCosts } from '../../../shared/deployed/scan-cost.ts'
import { sampleNotes } from '../../../shared/deployed/table-sample.ts'
import { dynamoClient, readDeployed } from '../../../shared/deployed/tables-dynamodb.ts'
import { awsFailure } from '../console/aws.ts'
import { CliError } from '../console/failure.ts'
import { plainDeep } from '../console/foreign.ts'
import { showProgress } from '../console/output.ts'
import { describeLocal, localUrl } from '../system/local-system.ts'
import type { SystemOptions } from '../system/system.ts'

interface LiveOptions extends Pick<SystemOptions, 'local' | 'region' | 'profile'> {
  readonly ledger?: string
  /** Items to read in each table. */
  readonly sample: number
}

export type LiveCheck = Awaited<ReturnType<typeof lookAtTables>>

/** @throws {@link CliError} when DynamoDB does not answer. */
export async function lookAtTables(map: DataMap, options: LiveOptions) {
  const client = dynamoClient(options.local ? { endpoint: await localDynamoDb() } : options)
  const progress = showProgress('tables')
  try {
    const deployed = await readDeployed(client, map, {
      ...options,
      now: new Date(),
      onProgress: (done, of) => progress.at(done, of),
    })
    const found = {
      findings: [...compareTables(map, deployed), ...missingLedger(deployed, options)],
      /** Facts that are no mistakes. */
      deployed: {
        where: whereOf(deployed, options),
        tables: deployed.tables.size,
        ledgers: deployed.ledgers,
        /** Operations that the engine lacks: the settings they return were not compared. */
        unseen: unseen(deployed),
        samples: sampleNotes(map, deployed),
        scans: scanCosts(map, deployed),
      },
    }
    const answer = plainDeep(found) as typeof found // plainDeep keeps the shape
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
