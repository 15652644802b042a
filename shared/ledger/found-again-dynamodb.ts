/** Values under which a replay has found somebody again, sealed: `REQ#<key>` / `FOUND#<replay>#<hash>`. */
import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { epochSeconds } from '../platform/time.ts'
import type { RequestKey } from '../requests/code.ts'
import type { FoundAgain } from './ledger.ts'
import { primaryKey, requestPk, text } from './row-dynamodb.ts'
import { partOf } from './transactions-dynamodb.ts'

export function foundAgainIn(client: DynamoDBClient, table: string): FoundAgain {
  const found = (replay: string, key: RequestKey) =>
    partOf(client, table, { key, prefix: `FOUND#${replay}#` })
  return {
    async noteFound({ replay, request, hash, sealed, until }) {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: {
            pk: { S: requestPk(request) },
            sk: { S: `FOUND#${replay}#${hash}` },
            sealed: { S: sealed },
            expiresAt: { N: epochSeconds(until) },
          },
        }),
      )
    },

    async foundAgain(replay, request) {
      return (await found(replay, request)).map((item) => text(item, 'sealed'))
    },

    async forgetFound(replay, request) {
      for (const item of await found(replay, request)) {
        await client.send(new DeleteItemCommand({ TableName: table, Key: primaryKey(item) }))
      }
    },
  }
}
