/** Counts the items of every table, and those that mention a person, without using the data map. */
import {
  type AttributeValue,
  type DynamoDBClient,
  paginateListTables,
  paginateScan,
} from '@aws-sdk/client-dynamodb'

/** By table name. `mentions`: items with one of the values anywhere in them. */
export type Census = Readonly<Record<string, { readonly items: number; readonly mentions: number }>>

export async function takeCensus(client: DynamoDBClient, values: readonly string[]): Promise<Census> {
  const census: Record<string, Census[string]> = {}
  for await (const { TableNames: names = [] } of paginateListTables({ client }, {})) {
    for (const name of names) census[name] = await countIn(client, name, values)
  }
  return census
}

async function countIn(client: DynamoDBClient, table: string, values: readonly string[]) {
  let items = 0
  let mentions = 0
  for await (const { Items = [] } of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
    items += Items.length
    mentions += Items.filter((item) => mentionsAny(item, values)).length
  }
  return { items, mentions }
}

/** A value counts only as a whole word: `u101` does not mention `u10`. */
function mentionsAny(item: Readonly<Record<string, AttributeValue>>, values: readonly string[]): boolean {
  const text = JSON.stringify(item).normalize('NFC').toLowerCase()
  return values.some((value) => {
    const wanted = JSON.stringify(value).slice(1, -1).normalize('NFC').toLowerCase()
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
      const around = (text[at - 1] ?? '') + (text[at + wanted.length] ?? '')
      if (!/[\p{L}\p{N}]/u.test(around)) return true
    }
    return false
  })
}
