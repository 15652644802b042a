/** Reads a DynamoDB stream shard by shard, from the checkpoints of an earlier run. */
import { setTimeout as pause } from 'node:timers/promises'
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams'
import { errorName } from '../../../shared/platform/errors.ts'
import type { Log } from '../lambda/lambda.ts'
import { type Running, runUntilClosed } from '../state/cleanup.ts'
import type { DataFolder } from '../state/data-folder.ts'

const SHORTEST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 100
const LOOK_FOR_SHARDS_EVERY_MS = 5000

export interface StreamOptions {
  readonly streams: DynamoDBStreamsClient
  readonly streamArn: string
  readonly batchSize: number
  /** Takes the batches of a shard, one after the other. It must not throw. */
  readonly take: (records: readonly StreamRecord[], shardId: string) => Promise<void>
  readonly checkpoints: Checkpoints
  readonly log: Log
}

/** The last sequence number that was read, by shard id. */
export interface Checkpoints {
  get(shardId: string): string | undefined
  set(shardId: string, sequenceNumber: string): void
}

export const readStream = (options: StreamOptions): Running =>
  runUntilClosed((closing) => readShards(options, closing))

async function readShards(options: StreamOptions, closing: AbortSignal): Promise<void> {
  const shards = new Map<string, Promise<void>>()
  while (!closing.aborted) {
    try {
      for (const shardId of await shardIds(options)) {
        if (!shards.has(shardId)) shards.set(shardId, readShard(shardId, options, closing))
      }
    } catch (error) {
      if (closing.aborted) break
      options.log(`stream ${errorName(error)}; looking for shards again`)
    }
    await pause(LOOK_FOR_SHARDS_EVERY_MS, undefined, { signal: closing }).catch(() => {})
  }
  await Promise.all(shards.values())
}

async function shardIds({ streams, streamArn: StreamArn }: StreamOptions): Promise<string[]> {
  const ids: string[] = []
  let ExclusiveStartShardId: string | undefined
  do {
    const { StreamDescription: stream } = await streams.send(
      new DescribeStreamCommand({ StreamArn, ExclusiveStartShardId }),
    )
    ids.push(...(stream?.Shards ?? []).flatMap(({ ShardId }) => ShardId ?? []))
    ExclusiveStartShardId = stream?.LastEvaluatedShardId
  } while (ExclusiveStartShardId !== undefined)
  return ids
}

async function readShard(shardId: string, options: StreamOptions, closing: AbortSignal): Promise<void> {
  const { streams, batchSize, take, checkpoints, log } = options
  let iterator: string | undefined
  let pauseMs = SHORTEST_PAUSE_MS
  let broken = false
  while (!closing.aborted) {
    try {
      iterator ??= await iteratorOf(shardId, options, broken)
      const { Records: records = [], NextShardIterator: next } = await streams.send(
        new GetRecordsCommand({ ShardIterator: iterator, Limit: 1000 }),
      )
      broken = false
      for (let at = 0; at < records.length; at += batchSize) {
        const batch = records.slice(at, at + batchSize)
        await take(batch, shardId)
        const last = batch.at(-1)?.dynamodb?.SequenceNumber
        if (last !== undefined) checkpoints.set(shardId, last)
      }
      if (next === undefined) return
      iterator = next
      pauseMs = records.length > 0 ? SHORTEST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, pauseMs * 1.5)
    } catch (error) {
      if (closing.aborted) return
      // The iterator has expired, the records are trimmed, or the engine is busy: back to the checkpoint.
      log(`stream ${errorName(error)}; reading the shard again`)
      broken = errorName(error) === 'TrimmedDataAccessException'
      iterator = undefined
      pauseMs = LONGEST_PAUSE_MS
    }
    await pause(pauseMs, undefined, { signal: closing }).catch(() => {})
  }
}

async function iteratorOf(ShardId: string, options: StreamOptions, fromStart: boolean) {
  const SequenceNumber = fromStart ? undefined : options.checkpoints.get(ShardId)
  const { ShardIterator } = await options.streams.send(
    new GetShardIteratorCommand({
      StreamArn: options.streamArn,
      ShardId,
      ShardIteratorType: SequenceNumber === undefined ? 'TRIM_HORIZON' : 'AFTER_SEQUENCE_NUMBER',
      SequenceNumber,
    }),
  )
  return ShardIterator
}

/** Without a file, or with an old one, records are only sent twice. */
export function keptCheckpoints(folder: DataFolder, streamArn: string, reader: string): Checkpoints {
  const file = `${reader}-checkpoints.json`
  const kept = read(folder, file, streamArn)
  return {
    get: (shardId) => kept[shardId],
    set(shardId, sequenceNumber) {
      kept[shardId] = sequenceNumber
      if (folder.kept) folder.write(file, JSON.stringify({ streamArn, shards: kept }))
    },
  }
}

function read(folder: DataFolder, name: string, streamArn: string): Record<string, string> {
  try {
    const file = JSON.parse(folder.read(name) ?? '{}') as { streamArn?: string; shards?: object }
    return file.streamArn === streamArn ? { ...file.shards } : {}
  } catch {
    return {}
  }
}
