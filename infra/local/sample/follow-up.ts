/** Follows the demo's request to its final status, and counts the person's items in the tables. */
import { setTimeout as pause } from 'node:timers/promises'
import {
  type AttributeValue,
  type DynamoDBClient,
  paginateListTables,
  paginateScan,
} from '@aws-sdk/client-dynamodb'

/** The part of the status JSON that the demo reads. */
export interface FinalStatus {
  readonly state: string
  readonly erased: readonly Group[]
  readonly redacted: readonly Group[]
  readonly retained: readonly (Group & { readonly because: string; readonly until: string })[]
}
interface Group {
  readonly category: string
  readonly items: number
}

const FINAL_WITHOUT_ERASURE = ['refused', 'expired', 'withdrawn']
const WITHIN_MS = 60_000

/**
 * @param changed Called with every new state.
 * @throws Error when the request does not complete within a minute.
 */
export async function follow(url: string, changed: (state: string) => void): Promise<FinalStatus> {
  const giveUpAt = Date.now() + WITHIN_MS
  let seen: string | undefined
  while (Date.now() < giveUpAt) {
    const response = await fetch(`${url}?lang=en`, { headers: { accept: 'application/json' } })
    if (!response.ok) throw new Error(`the status answered ${response.status}`)
    const status = (await response.json()) as FinalStatus
    if (status.state !== seen) changed(status.state)
    seen = status.state
    if (seen.startsWith('completed')) return status
    if (FINAL_WITHOUT_ERASURE.includes(seen)) break
    await pause(50)
  }
  throw new Error(`the request did not complete: its last state is ${seen}`)
}

/** By table name. `mentions`: items with one of the values anywhere in them. */
export type Census = Readonly<Record<string, { readonly items: number; readonly mentions: number }>>

/** Counts the items of every table, and those that mention a person, without using the data map. */
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
