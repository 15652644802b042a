/**
 * What is under way for many people at a time: `BATCH#<name>` / `META`, an import or a replay; `RULE#<name>` / `RETENTION`,
 * who enabled a rule of the data map, and its last pass; `SWITCH` / `PAUSED`, there while all erasing is paused.
 */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { readItem, wins } from './calls-dynamodb.ts'
import type { Batches, RuleState, Rules } from './ledger.ts'
import { itemKey, itemOf } from './row-dynamodb.ts'

export function batchesIn(client: DynamoDBClient, table: string): Batches & Rules {
  const setOfRule = async (
    name: string,
    field: keyof RuleState,
    value: object | undefined,
  ): Promise<void> => {
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: ruleKey(name),
        UpdateExpression: value ? 'SET #field = :value' : 'REMOVE #field',
        ExpressionAttributeNames: { '#field': field },
        ...(value && { ExpressionAttributeValues: { ':value': { S: JSON.stringify(value) } } }),
      }),
    )
  }
  return {
    async beginBatch({ name, of, found, by, at, until }) {
      const begin = new PutItemCommand({
        TableName: table,
        Item: itemOf(batchKey(name), { of, found, by, at }, until),
        ConditionExpression: 'attribute_not_exists(#pk)',
        ExpressionAttributeNames: { '#pk': 'pk' },
      })
      await wins(client.send(begin))
    },

    async endBatch(name) {
      await client.send(new DeleteItemCommand({ TableName: table, Key: batchKey(name) }))
    },

    async findBatch(name) {
      const item = await readItem(client, table, batchKey(name))
      return item && { found: Number(item['found']?.N) }
    },

    async ruleOf(name) {
      const item = await readItem(client, table, ruleKey(name))
      const fields = (['enabled', 'pass'] as const).flatMap((field) => {
        const json = item?.[field]?.S
        return json === undefined ? [] : [[field, JSON.parse(json) as unknown]]
      })
      // Written by `setOfRule`, in these shapes.
      return Object.fromEntries(fields) as RuleState
    },
    enableRule: (name, enabled) => setOfRule(name, 'enabled', enabled),
    savePass: (name, pass) => setOfRule(name, 'pass', pass),

    async isPaused() {
      return (await readItem(client, table, SWITCH)) !== undefined
    },

    async setPaused(isPaused, { by, at }) {
      await (isPaused
        ? client.send(new PutItemCommand({ TableName: table, Item: itemOf(SWITCH, { by, at }) }))
        : client.send(new DeleteItemCommand({ TableName: table, Key: SWITCH })))
    },
  }
}

const batchKey = (name: string) => itemKey(`BATCH#${name}`, 'META')
const ruleKey = (name: string) => itemKey(`RULE#${name}`, 'RETENTION')
const SWITCH = itemKey('SWITCH', 'PAUSED')
