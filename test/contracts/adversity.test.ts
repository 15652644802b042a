/** What goes wrong around an erasure, and must not show in its end or in its counts. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TableHolding } from '../../shared/data-map/data-map.ts'
import type { Company } from '../fixtures/world/company.ts'
import { type EngineWorld, onEngine } from '../fixtures/world/on-engine.ts'
import { adversityContract, FOUND, IN_PARTITION, mapOf } from './adversity.contract.ts'

adversityContract('over DynamoDB', onEngine)

let world: EngineWorld
let client: DynamoDBClient
beforeEach(async () => {
  world = await onEngine()
  client = world.newClient()
  vi.spyOn(console, 'error').mockReturnValue()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await world.close()
})

const companyWith = (holdings: Readonly<Record<string, TableHolding>>): Promise<Company> =>
  world.openThrough(client, mapOf(holdings))
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
    await world.put('Posts', {
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
    const [item] = await world.all('Posts')
    expect(Object.keys(item ?? {}).toSorted()).toEqual(['at', 'id', 'total', 'ttl'])
  })
})

describe('a write whose answer was lost', () => {
  it('counts when the SDK repeats it and is refused by its own effect', async () => {
    const action = { redact: { userId: 'remove', body: 'remove' } } as const
    const company = await companyWith({ chat: { ...FOUND, action } })
    await world.put('Posts', { id: s('1'), userId: s('u1'), body: s('x') })
    failsOnceAfterUpdate(Object.assign(new Error('socket hang up'), { name: 'TimeoutError' }))
    expect(await settled(company)).toMatchObject({
      state: 'completed',
      outcome: { redacted: [{ category: 'c', items: 1 }] },
    })
    expect(await world.all('Posts')).toEqual([{ id: s('1') }])
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
    await world.put('Own', { PK: s('USER#u1'), SK: s('LARGE'), body: s('a'), filler: s('y'.repeat(409_520)) })
    await world.put('Own', { PK: s('USER#u1'), SK: s('NOTE#1') })
    expect(await settled(company)).toMatchObject({
      state: 'needs_operator',
      problem: {
        reason: 'residue',
        residue: [{ table: 'Own', holding: 'large', items: 1, why: 'not_done' }],
      },
    })
    expect(await world.all('Own')).toHaveLength(1)
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
    await world.put('Own', { PK: s('USER#u1'), SK: s('1') })
    await world.drop('Posts')
    expect(await settled(company)).toMatchObject({
      state: 'needs_operator',
      problem: { reason: 'no_progress', error: 'ResourceNotFoundException' },
    })
    expect(await world.all('Own')).toHaveLength(1)
  })
})
