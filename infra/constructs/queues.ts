/** The erasure queue and the dead-letter queues: encrypted, and reached by TLS only. */
import { Duration, Validations } from 'aws-cdk-lib'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { QUEUE } from '../wiring.ts'
import type { Alarms } from './alarms/alarms.ts'
import type { ServiceFunction } from './functions/service-function.ts'

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

  /** Has the queue invoke the eraser. */
  rings(fn: ServiceFunction): void {
    fn.addEventSource(
      new SqsEventSource(this.queue, { batchSize: QUEUE.batchSize, maxConcurrency: QUEUE.maxConcurrency }),
    )
  }
}

const newQueue = (scope: Construct, id: string, props: QueueProps = {}): Queue =>
  new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.seconds(QUEUE.retentionSeconds),
    ...props,
  })

/** For messages that could not be delivered or handled. */
export function deadLetters(scope: Construct): Queue {
  const queue = newQueue(scope, 'Dead')
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions::AwsSolutions-SQS3',
    reason: 'It is itself a dead-letter queue; that of a pipe or a schedule, this rule does not see as one',
  })
  return queue
}
