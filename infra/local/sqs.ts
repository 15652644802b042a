/** The embedded SQS engine, and the queues of the system in it. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { CreateQueueCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { QUEUE } from '../wiring.ts'
import type { DataFolder } from './data-folder.ts'
import { ACCOUNT, engineClient, REGION } from './engines.ts'
import type { SqsEngineSetup } from './sqs-engine.ts'

export interface Queue {
  readonly url: string
  readonly arn: string
}

export interface Sqs {
  readonly endpoint: string
  close(): Promise<void>
}

export async function startSqs(folder: DataFolder): Promise<Sqs> {
  const setup: SqsEngineSetup = { region: REGION, dataDir: folder.kept ? folder.file('sqs') : undefined }
  const worker = new Worker(new URL('sqs-engine.ts', import.meta.url), {
    env: {},
    execArgv: [],
    workerData: setup,
  })
  const [port] = (await once(worker, 'message')) as [number]
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async close() {
      const exited = once(worker, 'exit')
      worker.postMessage('stop')
      const late = setTimeout(() => void worker.terminate(), 1000)
      await exited
      clearTimeout(late)
    },
  }
}

/** Creates the erasure queue with its dead-letter queue, and the pipe's dead-letter queue, if they are not there. */
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
  // The engine's own URLs may hold a host that resolves nowhere, or the port of an earlier run.
  const url = `${endpoint}/${ACCOUNT}/${name}`
  await client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes }))
  return { url, arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}` }
}
