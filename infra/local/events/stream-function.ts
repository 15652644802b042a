/** Lambda's reading of a DynamoDB stream: a filter, and batches that are tried again from where they failed. */
import { setTimeout as pause } from 'node:timers/promises'
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import type { Log } from '../lambda/lambda.ts'
import { changesSomething } from './pipe.ts'
import { matches, type Pattern } from './pipe-pattern.ts'
import { type Checkpoints, readStream, type StreamReader } from './stream.ts'

export interface StreamFunctionOptions {
  readonly streams: DynamoDBStreamsClient
  readonly streamArn: string
  readonly source: {
    readonly filter: Pattern
    readonly batchSize: number
    readonly maximumRetryAttempts: number
  }
  readonly invoke: (event: unknown) => Promise<unknown>
  readonly checkpoints: Checkpoints
  readonly log: Log
}

const PAUSE_MS = 200

export const startStreamFunction = ({
  streams: client,
  streamArn,
  source,
  invoke,
  checkpoints,
  log,
}: StreamFunctionOptions): StreamReader =>
  readStream({
    client,
    streamArn,
    batchSize: source.batchSize,
    checkpoints,
    log,
    async take(records) {
      let left = records.filter((record) => changesSomething(record) && matches(source.filter, record))
      for (let tries = 0; left.length > 0 && tries <= source.maximumRetryAttempts; tries += 1) {
        if (tries > 0) await pause(PAUSE_MS * 2 ** (tries - 1))
        try {
          const from = failedFrom(await invoke({ Records: left }))
          left = left.slice(from === undefined ? left.length : indexOf(left, from))
        } catch (error) {
          log(`stream ${error instanceof Error ? error.name : 'failed'}; try ${tries + 1}`)
        }
      }
      if (left.length > 0) log(`stream gave ${left.length} records up`)
    },
  })

/** `ReportBatchItemFailures`: the first record that failed. */
function failedFrom(answer: unknown): string | undefined {
  const { batchItemFailures = [] } = (answer ?? {}) as {
    batchItemFailures?: readonly { itemIdentifier: string }[]
  }
  return batchItemFailures[0]?.itemIdentifier
}

const indexOf = (
  records: readonly { readonly dynamodb?: { readonly SequenceNumber?: string | undefined } | undefined }[],
  sequenceNumber: string,
): number =>
  Math.max(
    records.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === sequenceNumber),
    0,
  )
