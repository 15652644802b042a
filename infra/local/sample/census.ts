/** Counts what is in every table, and what of it mentions somebody, without asking the data map. */
import {
  type AttributeValue,
  type DynamoDBClient,
  paginateListTables,
  paginateScan,
} from '@aws-sdk/client-dynamodb'

export interface TableCensus {
  readonly items: number
  /** Items with one of the values anywhere in them. */
  readonly mentions: number
}

/** By the tables' names in DynamoDB. */
export type Census = Readonly<Record<string, TableCensus>>

export async function takeCensus(client: DynamoDBClient, values: readonly string[]): Promise<Census> {
  const census: Record<string, TableCensus> = {}
  for await (const { TableNames: names = [] } of paginateListTables({ client }, {})) {
    for (const name of names) census[name] = await countIn(client, name, values)
  }
  return census
}

async function countIn(
  client: DynamoDBClient,
  table: string,
  values: readonly string[],
): Promise<TableCensus> {
  let items = 0
  let mentions = 0
  for await (const page of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
    items += page.Items?.length ?? 0
    mentions += page.Items?.filter((item) => mentionsAny(item, values)).length ?? 0
  }
  return { items, mentions }
}

/** A value counts where it stands by itself: `u10` is not in `u101`. */
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
