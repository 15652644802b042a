/** The deployed ledger: its stream, TTL, backups and protection. */
import type { TableDescription } from '@aws-sdk/client-dynamodb'
import type { Finding } from '../../../shared/config/findings.ts'
import { describeTable, settingsOf } from '../../../shared/deployed/table-settings-dynamodb.ts'
import { dynamoClient } from '../../../shared/deployed/tables-dynamodb.ts'
import { LEDGER } from '../../wiring.ts'
import { CliError } from '../console/failure.ts'
import { oneOf } from '../system/deployed-stack.ts'
import type { System, Trouble } from './system.ts'

async function ledgerOf({ stack, options }: System) {
  const name = oneOf(await stack(), 'ledger')
  const client = dynamoClient(options)
  return { name, client, table: await describeTable(client, name) }
}

export const ledgerStream = async (system: System): Promise<string | undefined> =>
  (await ledgerOf(system)).table?.LatestStreamArn

export async function ledgerFindings(system: System): Promise<readonly Finding[]> {
  const { name: place, client, table } = await ledgerOf(system)
  if (!table) {
    const remedy = 'restore it from a backup under this name, with its stream and TTL, before any deploy'
    return [{ place, problem: 'the ledger is gone', remedy }]
  }
  const settings = await settingsOf(client, table, 0)
  for (const answer of [settings.recoveryDays, settings.timeToLive])
    if (answer.is === 'denied')
      throw new CliError('access_denied', `your role lacks a permission: ${answer.permission}`)
  return [...troublesOf(place, table, settings)].map((trouble) => ({ place, ...trouble }))
}

function* troublesOf(
  name: string,
  { TableStatus, StreamSpecification, DeletionProtectionEnabled }: TableDescription,
  { recoveryDays, timeToLive }: Awaited<ReturnType<typeof settingsOf>>,
): Generator<Trouble> {
  const update = `aws dynamodb update-table --table-name ${name}`
  const stream = `--stream-specification StreamEnabled=true,StreamViewType=${LEDGER.streamViewType}`
  if (TableStatus !== 'ACTIVE' && TableStatus !== 'UPDATING')
    yield { problem: `is ${TableStatus}, not ACTIVE`, remedy: 'see in CloudTrail who is changing it' }
  if (!StreamSpecification?.StreamEnabled)
    yield {
      problem: 'its stream is off: no request that becomes ready starts the eraser',
      remedy: `${update} ${stream}; the pipe then needs the new stream: deploy again`,
    }
  else if (StreamSpecification.StreamViewType !== LEDGER.streamViewType)
    yield {
      problem: `its stream shows ${StreamSpecification.StreamViewType}, not ${LEDGER.streamViewType}`,
      remedy: `turn it off and on again: ${update} ${stream}; then deploy again`,
    }
  if (!DeletionProtectionEnabled)
    yield { problem: 'is not protected against deletion', remedy: `${update} --deletion-protection-enabled` }
  if (recoveryDays.is === 'told' && recoveryDays.value === 0)
    yield {
      problem: 'has no point-in-time recovery',
      remedy: `aws dynamodb update-continuous-backups --table-name ${name} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true`,
    }
  if (timeToLive.is === 'told' && timeToLive.value !== LEDGER.timeToLiveAttribute)
    yield {
      problem: `TTL is ${timeToLive.value === undefined ? 'off' : `by ${timeToLive.value}`}: records of requests are never deleted`,
      remedy: `aws dynamodb update-time-to-live --table-name ${name} --time-to-live-specification Enabled=true,AttributeName=${LEDGER.timeToLiveAttribute}`,
    }
}
