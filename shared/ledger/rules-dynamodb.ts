/** Rules of the data map: `RULE#<name>` / `RETENTION`, with who enabled which one, and its last pass. */
import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { RuleState, Rules } from './ledger.ts'
import type { Item } from './row-dynamodb.ts'

export const rulesIn = (client: DynamoDBClient, table: string): Rules => {
  const set = async (name: string, field: keyof RuleState, value: object | undefined): Promise<void> => {
    const json: AttributeValue | undefined = value && { S: JSON.stringify(value) }
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: ruleKey(name),
        UpdateExpression: json ? 'SET #field = :value' : 'REMOVE #field',
        ExpressionAttributeNames: { '#field': field },
        ...(json && { ExpressionAttributeValues: { ':value': json } }),
      }),
    )
  }
  return {
    async ruleOf(name) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: ruleKey(name), ConsistentRead: true }),
      )
      const fields = Object.entries(Item ?? {}).flatMap(([field, { S }]) =>
        FIELDS.includes(field) && S !== undefined ? [[field, JSON.parse(S) as unknown]] : [],
      )
      // Written below, in these shapes.
      return Object.fromEntries(fields) as RuleState
    },
    enableRule: (name, enabled) => set(name, 'enabled', enabled),
    savePass: (name, pass) => set(name, 'pass', pass),
  }
}

const FIELDS: readonly string[] = ['enabled', 'pass'] satisfies readonly (keyof RuleState)[]

const ruleKey = (name: string) => ({ pk: { S: `RULE#${name}` }, sk: { S: 'RETENTION' } }) satisfies Item
