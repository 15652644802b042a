/** Counted turns in the ledger: `QUOTA#<name>`, gone by TTL. */
import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { epochSeconds } from '../platform/time.ts'
import type { Quotas } from './ledger.ts'
import { isLostRace } from './lost-race-dynamodb.ts'

export const quotasIn = (client: DynamoDBClient, table: string): Quotas => ({
  async takeTurn(name, { limit, at, until }) {
    const Key = { pk: { S: `QUOTA#${name}` }, sk: { S: 'TURNS' } }
    const names = { '#turns': 'turns', '#endsAt': 'endsAt' }
    const now = { S: at.toISOString() }
    const next = new UpdateItemCommand({
      TableName: table,
      Key,
      UpdateExpression: 'ADD #turns :one',
      ConditionExpression: '#endsAt > :now AND #turns < :limit',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ':one': { N: '1' }, ':now': now, ':limit': { N: String(limit) } },
    })
    if (await isDone(() => client.send(next))) return true
    const first = new UpdateItemCommand({
      TableName: table,
      Key,
      UpdateExpression: 'SET #turns = :one, #endsAt = :until, #expiresAt = :ttl',
      // The time of the others is over; TTL may leave the item standing for days.
      ConditionExpression: 'attribute_not_exists(#endsAt) OR #endsAt <= :now',
      ExpressionAttributeNames: { ...names, '#expiresAt': 'expiresAt' },
      ExpressionAttributeValues: {
        ':one': { N: '1' },
        ':now': now,
        ':until': { S: until.toISOString() },
        ':ttl': { N: epochSeconds(until) },
      },
    })
    return isDone(() => client.send(first))
  },
})

async function isDone(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write()
    return true
  } catch (error) {
    if (isLostRace(error)) return false
    throw error
  }
}
