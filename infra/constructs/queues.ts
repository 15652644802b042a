/** Queues as all of this stack's are: encrypted, spoken to by TLS only, and patient. */
import { Duration, Validations } from 'aws-cdk-lib'
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { QUEUE } from '../wiring.ts'

export const newQueue = (scope: Construct, id: string, props: QueueProps = {}): Queue =>
  new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.seconds(QUEUE.retentionSeconds),
    ...props,
  })

/** For what could not be delivered, or not be handled. */
export function deadLetters(scope: Construct): Queue {
  const queue = newQueue(scope, 'Dead')
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions::AwsSolutions-SQS3',
    reason: 'It is itself a dead-letter queue; that of a pipe or a schedule, this rule does not see as one',
  })
  return queue
}
