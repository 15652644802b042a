/** Reads a DynamoDB stream shard by shard, from where an earlier run left off. */
import { setTimeout as pause } from 'node:timers/promises'
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams'
import type { Log } from '../lambda/lambda.ts'
import type { DataFolder } from '../state/data-folder.ts'

const SHORTEST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 100
const LOOK_FOR_SHARDS_EVERY_MS = 5000

export interface StreamOptions {
  readonly client: DynamoDBStreamsClient
  readonly streamArn: string
  readonly batchSize: number
  /** Called with one batch after the other of a shard. It must not throw. */
  readonly take: (records: readonly StreamRecord[], shardId: string) => Promise<void>
  /** Where each shard was left, by shard id. */
  readonly checkpoints: Checkpoints
  readonly log: Log
}

export interface Checkpoints {
  get(shardId: string): string | undefined
  set(shardId: string, sequenceNumber: string): void
}

export interface StreamReader {
  close(): Promise<void>
}

export function readStream(options: StreamOptions): StreamReader {
  const closing = new AbortController()
  const reading = readShards(options, closing.signal)
  return {
    async close() {
      closing.abort()
      await reading
    },
  }
}

async function readShards(options: StreamOptions, closing: AbortSignal): Promise<void> {
  const shards = new Map<string, Promise<void>>()
  while (!closing.aborted) {
    try {
      for (const shardId of await shardIds(options)) {
        if (!shards.has(shardId)) shards.set(shardId, readShard(shardId, options, closing))
      }
    } catch (error) {
      if (closing.aborted) break
      options.log(`stream ${nameOf(error)}; looking for shards again`)
    }
    await pause(LOOK_FOR_SHARDS_EVERY_MS, undefined, { signal: closing }).catch(() => {})
  }
  await Promise.all(shards.values())
}

async function shardIds({ client, streamArn }: StreamOptions): Promise<string[]> {
  const ids: string[] = []
  let last: string | undefined
  do {
    const { StreamDescription: stream } = await client.send(
      new DescribeStreamCommand({ StreamArn: streamArn, ...(last && { ExclusiveStartShardId: last }) }),
    )
    ids.push(...(stream?.Shards ?? []).flatMap(({ ShardId }) => ShardId ?? []))
    last = stream?.LastEvaluatedShardId
  } while (last !== undefined)
  return ids
}

async function readShard(shardId: string, options: StreamOptions, closing: AbortSignal): Promise<void> {
  const { client, batchSize, take, checkpoints, log } = options
  let iterator: string | undefined
  let pauseMs = SHORTEST_PAUSE_MS
  let broken = false
  while (!closing.aborted) {
    try {
      iterator ??= await iteratorOf(shardId, options, broken)
      const { Records: records = [], NextShardIterator: next } = await client.send(
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
      // An expired iterator, records trimmed away, or an engine that is busy: from the checkpoint again.
      log(`stream ${nameOf(error)}; reading the shard again`)
      broken = nameOf(error) === 'TrimmedDataAccessException'
      iterator = undefined
      pauseMs = LONGEST_PAUSE_MS
    }
    await pause(pauseMs, undefined, { signal: closing }).catch(() => {})
  }
}

async function iteratorOf(
  shardId: string,
  options: StreamOptions,
  fromStart: boolean,
): Promise<string | undefined> {
  const after = fromStart ? undefined : options.checkpoints.get(shardId)
  const { ShardIterator } = await options.client.send(
    new GetShardIteratorCommand({
      StreamArn: options.streamArn,
      ShardId: shardId,
      ...(after === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }),
    }),
  )
  return ShardIterator
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'failed')

/** A file lost or behind only means that records are sent twice. */
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
    const file = JSON.parse(folder.read(name) ?? '{}') as {
      streamArn?: string
      shards?: Record<string, string>
    }
    return file.streamArn === streamArn ? { ...file.shards } : {}
  } catch {
    return {}
  }
}
