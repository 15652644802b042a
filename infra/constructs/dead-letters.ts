/** A queue for what EventBridge could not deliver. */
import { Duration, Validations } from 'aws-cdk-lib'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { QUEUE } from '../wiring.ts'

export function deadLetters(scope: Construct): Queue {
  const queue = new Queue(scope, 'Dead', {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.seconds(QUEUE.retentionSeconds),
  })
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions::AwsSolutions-SQS3',
    reason: 'It is itself a dead-letter queue, of a pipe or a schedule, which this rule does not see',
  })
  return queue
}
