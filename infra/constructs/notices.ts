/** From the ledger's stream to the mails: a notice that is due invokes `notify`. */
import { Duration } from 'aws-cdk-lib'
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { EventSourceMapping, FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { NOTICES } from '../wiring.ts'
import type { Alarms } from './alarms/alarms.ts'
import type { ServiceFunction } from './functions/service-function.ts'
import { deadLetters } from './queues.ts'

interface NoticesProps {
  readonly ledger: TableV2
  readonly fn: ServiceFunction
  readonly alarms: Alarms
}

export class Notices extends Construct {
  constructor(scope: Construct, id: string, { ledger, fn, alarms }: NoticesProps) {
    super(scope, id)
    const stream = ledger.tableStreamArn
    if (stream === undefined) throw new TypeError('the ledger has no stream')
    // A dead letter names the position of the records in the stream, not their content: only a bucket would get that.
    // https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
    const dead = deadLetters(this)
    fn.allow(['sqs:SendMessage'], [dead.queueArn])
    ledger.grantStreamRead(fn)
    new EventSourceMapping(this, 'Stream', {
      target: fn,
      eventSourceArn: stream,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: NOTICES.batchSize,
      // One batch of a shard at a time, because SES limits mails a second.
      parallelizationFactor: 1,
      retryAttempts: NOTICES.maximumRetryAttempts,
      maxRecordAge: Duration.seconds(NOTICES.maximumRecordAgeSeconds),
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      filters: [FilterCriteria.filter(NOTICES.filter)],
      onFailure: { bind: () => ({ destination: dead.queueArn }) },
    })
    alarms.onDeadLetters(
      'NoticeDeadLetters',
      'Mails that are due could not be taken from the stream. The sweep rings for them again, minutes later: see the log of notify, then purge the queue.',
      dead,
    )
  }
}
