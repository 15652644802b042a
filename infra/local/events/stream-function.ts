/** Lambda's reading of a DynamoDB stream: a filter, and batches that are tried again from the record that failed. */
import { setTimeout as pause } from 'node:timers/promises'
import type { SQSBatchResponse } from 'aws-lambda'
import { errorName } from '../../../shared/platform/errors.ts'
import type { Running } from '../state/cleanup.ts'
import { changesSomething } from './pipe.ts'
import { matches, type Pattern } from './pipe-pattern.ts'
import { readStream, type StreamOptions } from './stream.ts'

export interface StreamFunctionOptions extends Omit<StreamOptions, 'batchSize' | 'take'> {
  readonly source: {
    readonly filter: Pattern
    readonly batchSize: number
    readonly maximumRetryAttempts: number
  }
  readonly invoke: (event: unknown) => Promise<unknown>
}

const PAUSE_MS = 200

export const startStreamFunction = ({ source, invoke, ...stream }: StreamFunctionOptions): Running =>
  readStream({
    ...stream,
    batchSize: source.batchSize,
    async take(records) {
      let left = records.filter((record) => changesSomething(record) && matches(source.filter, record))
      for (let tries = 0; left.length > 0 && tries <= source.maximumRetryAttempts; tries += 1) {
        if (tries > 0) await pause(PAUSE_MS * 2 ** (tries - 1))
        try {
          const failed = firstFailure(await invoke({ Records: left }))
          const at = left.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === failed)
          left = failed === undefined ? [] : left.slice(Math.max(at, 0))
        } catch (error) {
          stream.log(`stream ${errorName(error)}; try ${tries + 1}`)
        }
      }
      if (left.length > 0) stream.log(`stream gave ${left.length} records up`)
    },
  })

/** `ReportBatchItemFailures`: the sequence number of the first record that failed. */
const firstFailure = (answer: unknown): string | undefined =>
  (answer as Partial<SQSBatchResponse> | null | undefined)?.batchItemFailures?.[0]?.itemIdentifier
