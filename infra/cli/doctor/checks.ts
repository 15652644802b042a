/** Every check of `doctor`. */
import { mapHash } from '../../../shared/data-map/map-hash.ts'
import { opsCommand } from '../system/system.ts'
import { alarmFindings, subscriberFindings } from './alarms.ts'
import { callbackFindings } from './callback.ts'
import { deadLetterFindings, pipeFindings, queueFindings } from './doorbell.ts'
import { ledgerFindings } from './ledger.ts'
import { accountFindings, identityFindings, mxFindings, receivingFindings } from './mail.ts'
import { scheduleFindings } from './schedules.ts'
import { secretFindings } from './secrets.ts'
import type { Check, Found, System } from './system.ts'
import { lookAtTables } from './tables.ts'

export const CHECKS: readonly Check[] = [
  {
    name: 'config',
    looksAt: 'the configuration has no mistakes',
    isLocal: true,
    run: ({ configFindings }) => configFindings(),
  },
  {
    name: 'tables',
    looksAt: 'the tables are as the data map says, and none is missing in it',
    isLocal: true,
    permissions: [
      'dynamodb:ListTables',
      'dynamodb:ListBackups',
      'dynamodb:DescribeTable',
      'dynamodb:DescribeTimeToLive',
      'dynamodb:DescribeContinuousBackups',
      'dynamodb:DescribeKinesisStreamingDestination',
    ],
    withinSeconds: 600,
    async run({ config, options }) {
      const { dataMap } = await config()
      return (await lookAtTables(dataMap, { ...options, sample: 0 })).findings
    },
  },
  {
    name: 'deployed',
    looksAt: 'the functions have this data map, and erasures are not paused',
    isLocal: true,
    permissions: ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'],
    run: deployedFindings,
  },
  {
    name: 'secrets',
    looksAt: 'every key and app secret exists, and is long enough',
    isLocal: true,
    permissions: ['secretsmanager:GetSecretValue'],
    run: secretFindings,
  },
  {
    name: 'callback',
    looksAt: 'the callback of each app answers in time, and refuses forged requests',
    isLocal: true,
    permissions: ['secretsmanager:GetSecretValue'],
    run: callbackFindings,
  },
  {
    name: 'dead letters',
    looksAt: 'the dead-letter queues are empty',
    isLocal: true,
    permissions: ['sqs:GetQueueAttributes'],
    run: deadLetterFindings,
  },
  {
    name: 'ledger',
    looksAt: 'the ledger has its stream, its TTL and its backups',
    permissions: [
      'dynamodb:DescribeTable',
      'dynamodb:DescribeTimeToLive',
      'dynamodb:DescribeContinuousBackups',
    ],
    run: ledgerFindings,
  },
  {
    name: 'pipe',
    looksAt: "the pipe runs, from the ledger's stream to the queue",
    permissions: ['pipes:DescribePipe', 'dynamodb:DescribeTable'],
    run: pipeFindings,
  },
  {
    name: 'queue',
    looksAt: 'the queue is read, and no message waits long',
    permissions: ['lambda:GetEventSourceMapping', 'cloudwatch:GetMetricStatistics'],
    run: queueFindings,
  },
  {
    name: 'schedules',
    looksAt: 'every schedule is enabled and has run recently',
    permissions: ['scheduler:GetSchedule', 'cloudwatch:GetMetricStatistics'],
    run: scheduleFindings,
  },
  {
    name: 'subscribers',
    looksAt: 'the alarms have a subscriber',
    permissions: ['sns:ListSubscriptionsByTopic'],
    run: subscriberFindings,
  },
  {
    name: 'alarms',
    looksAt: 'every alarm exists and notifies, and none is in alarm',
    permissions: ['cloudwatch:DescribeAlarms'],
    run: alarmFindings,
  },
  {
    name: 'mail domain',
    looksAt: 'SES has verified the domain, and signs mail',
    needs: 'email',
    permissions: ['ses:GetEmailIdentity'],
    run: identityFindings,
  },
  {
    name: 'mail account',
    looksAt: 'the account is out of the sandbox, and may send',
    needs: 'email',
    permissions: ['ses:GetAccount'],
    run: accountFindings,
  },
  {
    name: 'receipt rule',
    looksAt: 'our rule is in the active receipt rule set',
    needs: 'receiving',
    permissions: ['ses:DescribeActiveReceiptRuleSet'],
    run: receivingFindings,
  },
  { name: 'MX record', looksAt: 'mail to the domain goes to SES', needs: 'receiving', run: mxFindings },
]

async function deployedFindings({ config, ask, options }: System): Promise<readonly Found[]> {
  const { dataMap } = await config()
  const { mapHash: deployed, isPaused } = await ask('stats', {})
  return [
    deployed === mapHash(dataMap)
      ? undefined
      : {
          place: 'dataMap',
          problem: 'the functions have another data map than this configuration',
          remedy: options.local
            ? 'restart npm start, or give doctor the --config that it was started with'
            : 'deploy again: npx cdk diff, then npx cdk deploy; or give doctor the --config that was deployed',
        },
    isPaused
      ? {
          place: 'erasures',
          problem: 'all erasing is paused',
          remedy: `when the reason has passed: ${opsCommand(options)('resume')}`,
        }
      : undefined,
  ]
}
