/** Who has been erased: `ID#<hash>` / `ERASED`, one item per subject hash. */
import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import pMap from 'p-map'
import { epochSeconds } from '../platform/time.ts'
import { batchRead } from './batch-read-dynamodb.ts'
import type { Erasures } from './ledger.ts'
import { type Item, text } from './row-dynamodb.ts'

const CONCURRENCY = 8

export const erasuresIn = (client: DynamoDBClient, table: string): Erasures => ({
  async noteErased(hashes, until) {
    const expiresAt = { N: epochSeconds(until) }
    await pMap(
      hashes,
      (hash) =>
        client.send(new PutItemCommand({ TableName: table, Item: { ...erasedKey(hash), expiresAt } })),
      { concurrency: CONCURRENCY },
    )
  },

  async erasedAmong(hashes) {
    const items = await batchRead(client, table, hashes.map(erasedKey))
    return new Set(items.map((item) => text(item, 'pk').slice('ID#'.length)))
  },
})

const erasedKey = (hash: string) => ({ pk: { S: `ID#${hash}` }, sk: { S: 'ERASED' } }) satisfies Item
