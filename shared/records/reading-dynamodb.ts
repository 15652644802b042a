/** Reads items by key: as many at once as fit into memory, whatever they turn out to weigh. */
import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { pMapIterable } from 'p-map'
import { inBatches } from './batches.ts'
import { aliases, projectionOf } from './expressions-dynamodb.ts'
import { inFlight } from './in-flight.ts'
import { weightOf } from './item-weight.ts'
import type { metering } from './metered-calls.ts'
import { CONSUMED } from './queries-dynamodb.ts'
import type { Item, Key, Records } from './records.ts'

const HEAVIEST_ITEM = 400_000
/** DynamoDB takes 100; but so many have 16 MB if all are as heavy as they may be, which is what an answer has room for. */
const READ_BATCH = 40
const BATCHES_AT_ONCE = 3
/** What a batch should weigh, by what the items before it have weighed, and all batches at once. */
const BATCH_WEIGHT = 2_000_000
const WEIGHT_AT_ONCE = 4_000_000

interface Place {
  readonly key: Key
  readonly name: string
  /** Where the key is met first. */
  readonly at: number
}
interface Read {
  /** Absent if there is none with the key. */
  readonly item?: Item
  readonly weight: number
}

export function reading(client: DynamoDBClient, metersOf: ReturnType<typeof metering>): Records['read'] {
  const inTurn = inFlight(WEIGHT_AT_ONCE)
  /** About what an item weighs, by table, as the last ones did. */
  const weights = new Map<string, number>()
  const weightIn = (table: string): number => weights.get(table) ?? HEAVIEST_ITEM
  const learn = (table: string, batch: readonly Read[]): void => {
    const found = batch.filter(({ item }) => item)
    if (found.length === 0) return
    const average = found.reduce((sum, { weight }) => sum + weight, 0) / found.length
    weights.set(table, Math.max(average, (weights.get(table) ?? 0) / 2))
  }

  /** In the order of the places. */
  async function readBatch(
    table: string,
    places: readonly Place[],
    attributes: readonly string[] | undefined,
  ): Promise<readonly Read[]> {
    const names = aliases()
    const wanted = { ...projectionOf(names, attributes), ...names.parameters() }
    const { read } = metersOf(table)
    const nameOf = namesBy(places[0]?.key)
    const found = new Map<string, Read>()
    let pending: readonly Key[] = places.map(({ key }) => key)
    for (let times = 0; pending.length > 0; times += 1) {
      const RequestItems = { [table]: { Keys: [...pending], ConsistentRead: true, ...wanted } }
      const { Responses, UnprocessedKeys } = await read.call(
        pending.length,
        () => client.send(new BatchGetItemCommand({ RequestItems, ...CONSUMED })),
        { times },
      )
      for (const item of Responses?.[table] ?? []) {
        found.set(nameOf(item), { item, weight: weightOf(item) })
      }
      pending = UnprocessedKeys?.[table]?.Keys ?? []
    }
    const batch = places.map(({ name }) => found.get(name) ?? { weight: 0 })
    learn(table, batch)
    return batch
  }

  return async (table, keys, { attributes, weight = Number.POSITIVE_INFINITY } = {}) => {
    const places = placesOf(keys)
    const items: Item[] = []
    let left = weight
    let read = 0
    const size = (): number => Math.max(1, Math.min(READ_BATCH, Math.floor(BATCH_WEIGHT / weightIn(table))))
    const readOne = (batch: readonly Place[]) =>
      inTurn(batch.length * weightIn(table), () => readBatch(table, batch, attributes))
    /** @returns Whether that was enough. */
    const readSome = async (some: readonly Place[]): Promise<boolean> => {
      const batches = pMapIterable(inBatches(some, size), readOne, { concurrency: BATCHES_AT_ONCE })
      for await (const batch of batches) {
        for (const one of batch) {
          read += 1
          if (one.item) items.push(one.item)
          left -= one.weight
          if (left <= 0) return true
        }
      }
      return false
    }
    while (read < places.length) {
      // More than is likely to be needed is not asked for: it would be paid for in vain.
      const likely = Math.max(1, Math.ceil(left / weightIn(table)))
      if (await readSome(places.slice(read, read + likely))) break
    }
    return { items, keys: places[read]?.at ?? keys.length }
  }
}

/** Each key once: an index may name an item twice while it changes, and a batch may not. */
function placesOf(keys: readonly Key[]): readonly Place[] {
  const nameOf = namesBy(keys[0])
  const places = new Map<string, Place>()
  for (const [at, key] of keys.entries()) {
    const name = nameOf(key)
    if (!places.has(name)) places.set(name, { key, name, at })
  }
  return [...places.values()]
}

/** Tells items apart by the attributes of such a key. */
function namesBy(key: Key = {}): (item: Item) => string {
  const attributes = Object.keys(key)
  return (item) => {
    let name = ''
    for (const attribute of attributes) {
      const { S, N, B } = item[attribute] ?? {}
      const text = S ?? N ?? Buffer.from(B ?? []).toString('base64')
      name += `${text.length} ${text}`
    }
    return name
  }
}
