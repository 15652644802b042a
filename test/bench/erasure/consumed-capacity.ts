/** What writes to the company's table cost, as DynamoDB itself says it in its answers. */
import type { ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EVENTS_TABLE } from './one-person-company.ts'

/** Units of the table and its indexes that one answer reported, and when: ms since the first. */
export interface Consumed {
  readonly at: number
  readonly units: number
}

const WRITES = ['BatchWriteItemCommand', 'DeleteItemCommand', 'UpdateItemCommand', 'PutItemCommand']

/** Asks for the consumed capacity of every write, and keeps what is answered. */
export function meterWrites(client: DynamoDBClient): readonly Consumed[] {
  const consumed: Consumed[] = []
  const started = performance.now()
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (!WRITES.includes(String(commandName))) return next(args)
        const asked = 'ReturnConsumedCapacity' in args.input ? args.input : { ...args.input, ...ASK }
        const result = await next({ ...args, input: asked })
        const { ConsumedCapacity: said = [] } = result.output as { ConsumedCapacity?: Said }
        const units = (Array.isArray(said) ? said : [said])
          .filter(({ TableName: table }) => table === EVENTS_TABLE)
          .reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0)
        if (units > 0) consumed.push({ at: performance.now() - started, units })
        return result
      },
    { step: 'initialize' },
  )
  return consumed
}

const ASK = { ReturnConsumedCapacity: 'INDEXES' } as const

type Said = ConsumedCapacity | ConsumedCapacity[]

/** The most that was consumed in any such window, per second. */
export function busiestWindow(consumed: readonly Consumed[], windowMs: number): number {
  let busiest = 0
  let sum = 0
  let oldest = 0
  for (const { at, units } of consumed) {
    sum += units
    for (let first = consumed[oldest]; first && first.at <= at - windowMs; first = consumed[oldest]) {
      sum -= first.units
      oldest += 1
    }
    busiest = Math.max(busiest, sum)
  }
  return (busiest / windowMs) * 1000
}
