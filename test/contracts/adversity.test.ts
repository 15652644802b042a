/** What goes wrong around an erasure, and must not show in its end or in its counts. */
import { DeleteTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TableHolding } from '../../shared/data-map/data-map.ts'
import type { Item } from '../../shared/records/records.ts'
import { putItems } from '../fixtures/companies/put-items.ts'
import { scan } from '../fixtures/companies/tables.ts'
import { type Company, clientOf, type Database, openCompany, openDatabase } from '../fixtures/world/engine.ts'
import { premisesOnEngine } from '../fixtures/world/premises-on-engine.ts'
import { adversityContract, FOUND, IN_PARTITION, mapOf } from './adversity.contract.ts'

adversityContract('over DynamoDB', premisesOnEngine)

let database: Database
let client: DynamoDBClient
beforeEach(async () => {
  database = await openDatabase()
  client = clientOf(database)
  vi.spyOn(console, 'error').mockReturnValue()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await database.close()
})

const companyWith = (holdings: Readonly<Record<string, TableHolding>>): Promise<Company> =>
  openCompany(database, mapOf(holdings), client)
/** Past every fault. */
const put = (table: string, item: Item) => putItems(clientOf(database), table, [item])
const left = (table: string) => scan(clientOf(database), table)
const settled = async (company: Company) => company.settle(await company.receive({ userId: ['u1'] }))
const s = (S: string) => ({ S })

/** Fails once, after the first change of an item has had its effect: below the SDK's retries. */
function failsOnceAfterUpdate(why: Error): void {
  let isDone = false
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args)
      const { TableName } = args.input as { TableName?: string }
      if (context['commandName'] === 'UpdateItemCommand' && TableName === 'Posts' && !isDone) {
        isDone = true
        throw why
      }
      return result
    },
    { step: 'deserialize' },
  )
}

describe('an item that takes several writes', () => {
  it('is found again after a crash between them', async () => {
    const until = { from: 'at', format: 'iso', for: 'P10Y' } as const
    const ends = { by: 'ttl', attribute: 'ttl' } as const
    const retain = { because: 'tax', until, ends, keep: ['total'] }
    const company = await companyWith({ bills: { ...FOUND, action: { retain } } })
    const surplus = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`z${n}`, s('x')]))
    await put('Posts', {
      id: s('1'),
      userId: s('u1'),
      at: s('2024-01-01'),
      total: { N: '1' },
      aName: s('An'),
      ...surplus,
    })
    failsOnceAfterUpdate(new Error('crashed'))
    expect(await settled(company)).toMatchObject({
      state: 'completed_with_retention',
      outcome: { retained: [{ category: 'c', items: 1 }] },
    })
    const [item] = await left('Posts')
    expect(Object.keys(item ?? {}).toSorted()).toEqual(['at', 'id', 'total', 'ttl'])
  })
})

describe('a write whose answer was lost', () => {
  it('counts when the SDK repeats it and is refused by its own effect', async () => {
    const action = { redact: { userId: 'remove', body: 'remove' } } as const
    const company = await companyWith({ chat: { ...FOUND, action } })
    await put('Posts', { id: s('1'), userId: s('u1'), body: s('x') })
    failsOnceAfterUpdate(Object.assign(new Error('socket hang up'), { name: 'TimeoutError' }))
    expect(await settled(company)).toMatchObject({
      state: 'completed',
      outcome: { redacted: [{ category: 'c', items: 1 }] },
    })
    expect(await left('Posts')).toEqual([{ id: s('1') }])
  })
})

describe('one item that DynamoDB does not take as it should be', () => {
  it('does not keep the other holdings from their end', async () => {
    const company = await companyWith({
      large: {
        ...IN_PARTITION,
        find: { PK: 'USER#{userId}', SK: 'LARGE' },
        action: { redact: { body: { constant: 'x'.repeat(200) } } },
      },
      rest: { ...IN_PARTITION, find: { PK: 'USER#{userId}', SK: { beginsWith: 'NOTE#' } }, action: 'erase' },
    })
    await put('Own', { PK: s('USER#u1'), SK: s('LARGE'), body: s('a'), filler: s('y'.repeat(409_520)) })
    await put('Own', { PK: s('USER#u1'), SK: s('NOTE#1') })
    expect(await settled(company)).toMatchObject({
      state: 'needs_operator',
      problem: {
        reason: 'residue',
        residue: [{ table: 'Own', holding: 'large', items: 1, why: 'not_done' }],
      },
    })
    expect(await left('Own')).toHaveLength(1)
  })
})

describe('a table that nothing was asked of', () => {
  it('is an error if it is not there, whatever was found elsewhere', async () => {
    const company = await companyWith({
      own: { ...IN_PARTITION, action: 'erase' },
      posts: {
        ...FOUND,
        find: { index: 'byUser', userId: '{nick}' },
        owner: { userId: '{nick}' },
        action: 'erase',
      },
    })
    await put('Own', { PK: s('USER#u1'), SK: s('1') })
    await client.send(new DeleteTableCommand({ TableName: 'Posts' }))
    expect(await settled(company)).toMatchObject({
      state: 'needs_operator',
      problem: { reason: 'no_progress', error: 'ResourceNotFoundException' },
    })
    expect(await left('Own')).toHaveLength(1)
  })
})
