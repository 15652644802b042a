/** Where each of its readers left each shard of a stream, so that a new start does not send old wake-ups again. */
import type { DataFolder } from '../state/data-folder.ts'
import type { Checkpoints } from './stream.ts'

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
