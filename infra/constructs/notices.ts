/** From the ledger's stream to the mails: a notice that is due rings `notify`. */
import { Duration } from 'aws-cdk-lib'
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { EventSourceMapping, FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda'
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources'
import { Construct } from 'constructs'
import { NOTICES } from '../wiring.ts'
import type { Alarms } from './alarms.ts'
import { deadLetters } from './queues.ts'
import type { ServiceFunction } from './service-function.ts'

export interface NoticesProps {
  readonly ledger: TableV2
  readonly fn: ServiceFunction
  readonly alarms: Alarms
}

export class Notices extends Construct {
  constructor(scope: Construct, id: string, { ledger, fn, alarms }: NoticesProps) {
    super(scope, id)
    const stream = ledger.tableStreamArn
    if (stream === undefined) throw new TypeError('the ledger has no stream')
    // Where the records are, not what they say.
    const dead = deadLetters(this)
    ledger.grantStreamRead(fn)
    new EventSourceMapping(this, 'Stream', {
      target: fn,
      eventSourceArn: stream,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: NOTICES.batchSize,
      retryAttempts: NOTICES.maximumRetryAttempts,
      maxRecordAge: Duration.seconds(NOTICES.maximumRecordAgeSeconds),
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      filters: [FilterCriteria.filter(NOTICES.filter)],
      onFailure: new SqsDlq(dead),
    })
    alarms.onDeadLetters(
      'NoticeDeadLetters',
      'Mails that are due could not be taken from the stream. The sweep rings for them again, minutes later: see the log of notify, then purge the queue.',
      dead,
    )
  }
}
