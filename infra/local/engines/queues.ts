/** The queues of the system in the embedded engine. */
import { CreateQueueCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { QUEUE } from '../../wiring.ts'
import { ACCOUNT, engineClient, REGION } from './engines.ts'

export interface Queue {
  readonly url: string
  readonly arn: string
}

/** Creates the erasure queue, its dead-letter queue and the pipe's, where they do not exist. */
export async function createQueues(endpoint: string) {
  const client = new SQSClient(engineClient(endpoint))
  const retention = { MessageRetentionPeriod: String(QUEUE.retentionSeconds) }
  try {
    const [eraseDead, pipeDead] = await Promise.all([
      createQueue(client, endpoint, 'erase-dead', retention),
      createQueue(client, endpoint, 'pipe-dead', retention),
    ])
    const erase = await createQueue(client, endpoint, 'erase', {
      ...retention,
      VisibilityTimeout: String(QUEUE.visibilityTimeoutSeconds),
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: eraseDead.arn,
        maxReceiveCount: QUEUE.maxReceiveCount,
      }),
    })
    return { erase, eraseDead, pipeDead }
  } finally {
    client.destroy()
  }
}

/** Creates a queue or brings an existing one to these attributes. */
export async function createQueue(
  client: SQSClient,
  endpoint: string,
  name: string,
  attributes: Readonly<Record<string, string>>,
): Promise<Queue> {
  await client.send(new CreateQueueCommand({ QueueName: name }))
  // The engine's own URLs may name a host that does not resolve, or the port of an earlier run.
  const url = `${endpoint}/${ACCOUNT}/${name}`
  await client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes }))
  return { url, arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}` }
}
