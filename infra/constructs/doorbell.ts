/** The pipe from the ledger's stream to the erasure queue. A row that becomes `ready` sends a message with its key alone. */
import { Validations } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam'
import { CfnPipe } from 'aws-cdk-lib/aws-pipes'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { PIPE } from '../wiring.ts'
import { type Alarms, EVERY } from './alarms/alarms.ts'
import { inThisAccount, serviceLog } from './functions/aws-services.ts'
import { deadLetters } from './queues.ts'

interface DoorbellProps {
  readonly ledger: TableV2
  readonly queue: IQueue
  readonly alarms: Alarms
}

export class Doorbell extends Construct {
  constructor(scope: Construct, id: string, { ledger, queue, alarms }: DoorbellProps) {
    super(scope, id)
    const dead = deadLetters(this)
    const log = serviceLog(this, 'Log', 'pipe')
    const stream = ledger.tableStreamArn
    if (stream === undefined) throw new TypeError('the ledger has no stream')
    // Inline, so that the pipe is never made before its role has these permissions.
    const role = new Role(this, 'Role', {
      assumedBy: inThisAccount('pipes.amazonaws.com'),
      inlinePolicies: {
        Doorbell: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
              resources: [stream],
            }),
            new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: ['*'] }),
            new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn, dead.queueArn] }),
            new PolicyStatement({
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [log.logGroupArn],
            }),
          ],
        }),
      },
    })
    Validations.of(role).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      reason:
        'EventBridge demands ListStreams of a pipe, which shows names of streams only and cannot be narrowed',
    })
    const pipe = new CfnPipe(this, 'Pipe', {
      description: 'Rings the eraser for every request that becomes ready',
      roleArn: role.roleArn,
      source: stream,
      sourceParameters: {
        filterCriteria: { filters: [{ pattern: JSON.stringify(PIPE.filter) }] },
        dynamoDbStreamParameters: {
          // From the oldest record, so that no row written before the pipe existed is lost.
          startingPosition: 'TRIM_HORIZON',
          batchSize: PIPE.batchSize,
          maximumRetryAttempts: PIPE.maximumRetryAttempts,
          maximumRecordAgeInSeconds: PIPE.maximumRecordAgeSeconds,
          onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
          deadLetterConfig: { arn: dead.queueArn },
        },
      },
      target: queue.queueArn,
      targetParameters: { inputTemplate: PIPE.inputTemplate },
      // Without `includeExecutionData`: a record holds a sealed person, and many people read a log.
      logConfiguration: { level: 'ERROR', cloudwatchLogsLogDestination: { logGroupArn: log.logGroupArn } },
    })
    for (const failure of ['Failed', 'PartiallyFailed', 'Timeout', 'Throttled'] as const) {
      alarms.onCount(
        `DoorbellExecution${failure}`,
        'Requests that became ready did not ring the eraser. The sweep rings again, minutes later, through the same pipe; see its log.',
        new Metric({
          namespace: 'AWS/EventBridge/Pipes',
          metricName: `Execution${failure}`,
          dimensionsMap: { PipeName: pipe.ref },
          statistic: 'Sum',
          period: EVERY,
        }),
      )
    }
    alarms.onDeadLetters(
      'DoorbellDeadLetters',
      'The pipe gave up on records of the ledger. The sweep rings for those requests through the same pipe: see its log, then purge the queue.',
      dead,
    )
  }
}
