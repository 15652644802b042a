/** The queue that rings the eraser, and where a message goes that it could not even read. */
import { Duration } from 'aws-cdk-lib'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { QUEUE } from '../wiring.ts'
import type { Alarms } from './alarms/alarms.ts'
import type { ServiceFunction } from './functions/service-function.ts'
import { deadLetters, newQueue } from './queues.ts'

export class ErasureQueue extends Construct {
  readonly queue: Queue

  constructor(scope: Construct, id: string, { alarms }: { readonly alarms: Alarms }) {
    super(scope, id)
    const dead = deadLetters(this)
    this.queue = newQueue(this, 'Queue', {
      visibilityTimeout: Duration.seconds(QUEUE.visibilityTimeoutSeconds),
      deadLetterQueue: { queue: dead, maxReceiveCount: QUEUE.maxReceiveCount },
    })
    alarms.onDeadLetters(
      'ErasureDeadLetters',
      "The eraser could not run: people wait. The sweep rings for them again. See the eraser's log, then purge the queue.",
      dead,
    )
  }

  /** Lets the eraser read what rings for it, and take it off the queue. */
  rings(fn: ServiceFunction): void {
    fn.addEventSource(
      new SqsEventSource(this.queue, { batchSize: QUEUE.batchSize, maxConcurrency: QUEUE.maxConcurrency }),
    )
  }
}
