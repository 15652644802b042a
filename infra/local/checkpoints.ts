/** Where the pipe left each shard of a stream, so that a new start does not send old wake-ups again. */
import type { DataFolder } from './data-folder.ts'
import type { Checkpoints } from './stream.ts'

const FILE = 'stream-checkpoints.json'

/** A file lost or behind only means that records are sent twice. */
export function keptCheckpoints(folder: DataFolder, streamArn: string): Checkpoints {
  const kept = read(folder, streamArn)
  return {
    get: (shardId) => kept[shardId],
    set(shardId, sequenceNumber) {
      kept[shardId] = sequenceNumber
      if (folder.kept) folder.write(FILE, JSON.stringify({ streamArn, shards: kept }))
    },
  }
}

function read(folder: DataFolder, streamArn: string): Record<string, string> {
  try {
    const file = JSON.parse(folder.read(FILE) ?? '{}') as {
      streamArn?: string
      shards?: Record<string, string>
    }
    return file.streamArn === streamArn ? { ...file.shards } : {}
  } catch {
    return {}
  }
}
