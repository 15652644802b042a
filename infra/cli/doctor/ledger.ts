/** The ledger as it is deployed: its stream, its TTL, its backups, its protection. */
import type { DynamoDBClient, TableDescription } from '@aws-sdk/client-dynamodb'
import type { Finding } from '../../../shared/config/findings.ts'
import { describeTable, settingsOf } from '../../../shared/deployed/table-settings-dynamodb.ts'
import { dynamoClient } from '../../../shared/deployed/tables-dynamodb.ts'
import { LEDGER } from '../../wiring.ts'
import { withClient } from '../console/aws.ts'
import { CliError } from '../console/failure.ts'
import { oneOf } from '../system/deployed-stack.ts'
import type { System } from './system.ts'

const withLedger = async <T>(
  { stack, options }: System,
  use: (table: TableDescription | undefined, client: DynamoDBClient, name: string) => Promise<T>,
): Promise<T> => {
  const name = oneOf(await stack(), 'ledger')
  return withClient(dynamoClient(options), async (client) =>
    use(await describeTable(client, name), client, name),
  )
}

export const ledgerStream = (system: System): Promise<string | undefined> =>
  withLedger(system, async (table) => table?.LatestStreamArn)

export const ledgerFindings = (system: System): Promise<readonly Finding[]> =>
  withLedger(system, async (table, client, name) => {
    if (!table) {
      const remedy =
        'restore it from a backup under this name, with its stream and TTL; deploy nothing before'
      return [{ place: name, problem: 'the ledger is gone', remedy }]
    }
    const { recoveryDays, timeToLive } = await settingsOf(client, table, 0)
    for (const answer of [recoveryDays, timeToLive])
      if (answer.is === 'denied') throw new CliError('access_denied', `you may not: ${answer.permission}`)
    return [...compare(name, table, { recoveryDays, timeToLive })]
  })

type Settings = Pick<Awaited<ReturnType<typeof settingsOf>>, 'recoveryDays' | 'timeToLive'>

function* compare(
  place: string,
  { TableStatus, StreamSpecification, DeletionProtectionEnabled }: TableDescription,
  { recoveryDays, timeToLive }: Settings,
): Generator<Finding> {
  const update = `aws dynamodb update-table --table-name ${place}`
  if (TableStatus !== 'ACTIVE' && TableStatus !== 'UPDATING')
    yield {
      place,
      problem: `is ${TableStatus}, not ACTIVE`,
      remedy: 'see in CloudTrail what is being done to it',
    }
  if (!StreamSpecification?.StreamEnabled)
    yield {
      place,
      problem: 'its stream is off: no request that becomes ready starts the eraser',
      remedy: `${update} --stream-specification StreamEnabled=true,StreamViewType=${LEDGER.streamViewType}; the pipe then has to be given the new stream: deploy again`,
    }
  else if (StreamSpecification.StreamViewType !== LEDGER.streamViewType)
    yield {
      place,
      problem: `its stream shows ${StreamSpecification.StreamViewType}, not ${LEDGER.streamViewType}`,
      remedy: `turn it off and on again: ${update} --stream-specification StreamEnabled=true,StreamViewType=${LEDGER.streamViewType}; then deploy again`,
    }
  if (!DeletionProtectionEnabled)
    yield {
      place,
      problem: 'is not protected against deletion',
      remedy: `${update} --deletion-protection-enabled`,
    }
  if (recoveryDays.is === 'told' && recoveryDays.value === 0)
    yield {
      place,
      problem: 'has no point-in-time recovery',
      remedy: `aws dynamodb update-continuous-backups --table-name ${place} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true`,
    }
  if (timeToLive.is === 'told' && timeToLive.value !== LEDGER.timeToLiveAttribute)
    yield {
      place,
      problem: `TTL is ${timeToLive.value === undefined ? 'off' : `by ${timeToLive.value}`}: records of requests stay for ever`,
      remedy: `aws dynamodb update-time-to-live --table-name ${place} --time-to-live-specification Enabled=true,AttributeName=${LEDGER.timeToLiveAttribute}`,
    }
}
