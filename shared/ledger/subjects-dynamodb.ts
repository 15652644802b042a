/** Whom a completed request was about, `REQ#<key>` / `SUBJECTS#n`: hashes, until backups have aged out. */
import { epochSeconds } from '../platform/time.ts'
import type { RequestKey } from '../requests/code.ts'
import { type Item, requestPk } from './row-dynamodb.ts'

/** 64 characters a hash, 400 KB an item. */
const HASHES_PER_ITEM = 2000

export const subjectParams = (TableName: string, key: RequestKey, hashes: readonly string[], until: Date) =>
  Array.from({ length: Math.ceil(hashes.length / HASHES_PER_ITEM) }, (_, n) => ({
    Put: {
      TableName,
      Item: {
        pk: { S: requestPk(key) },
        sk: { S: `SUBJECTS#${String(n).padStart(4, '0')}` },
        hashes: { SS: hashes.slice(n * HASHES_PER_ITEM, (n + 1) * HASHES_PER_ITEM) },
        expiresAt: { N: epochSeconds(until) },
      } satisfies Item,
    },
  }))
