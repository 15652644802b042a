/** What goes wrong around an erasure, and must not show in its end or in its counts. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LEDGER_TABLE } from '../../infra/local/tables.ts'
import type { DataMap, Table, TableHolding } from '../../shared/config/data-map.ts'
import type { Item } from '../../shared/erasure/records.ts'
import { answerDoorbell } from '../../shared/erasure/worker.ts'
import { subjectHash } from '../../shared/requests/code.ts'
import { decide } from '../../shared/requests/operations.ts'
import { sweep } from '../../shared/requests/sweep.ts'
import { type Company, clientOf, type Database, openCompany, openDatabase, scan } from '../fixtures/engine.ts'
import { INDEX_KEY } from '../fixtures/running-worker.ts'

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

const TEXT = { vi: 'x', en: 'x' }
const BY_USER: Table = {
  name: 'Posts',
  key: { id: 'S' },
  indexes: { byUser: { key: { userId: 'S' } } },
  backupsKeptFor: 'P1D',
}
const OWN: Table = { name: 'Own', key: { PK: 'S', SK: 'S' }, backupsKeptFor: 'P1D' }
const FOUND = {
  table: 'posts',
  find: { index: 'byUser', userId: '{userId}' },
  owner: { userId: '{userId}' },
  category: 'c',
  scope: 'account',
} as const
const IN_PARTITION = { table: 'own', find: { PK: 'USER#{userId}' }, category: 'c', scope: 'account' } as const

const companyWith = (holdings: Readonly<Record<string, TableHolding>>, own: Table = OWN): Promise<Company> =>
  openCompany(
    database,
    {
      identities: { userId: { of: 'person' }, nick: { of: 'alias' }, orderNo: { of: 'record' } },
      tables: { posts: BY_USER, own },
      holdings,
      categories: { c: TEXT, d: TEXT },
      reasons: { tax: TEXT },
    } satisfies DataMap,
    client,
  )

/** Past every fault. */
const put = (table: string, item: Item) =>
  clientOf(database).send(new PutItemCommand({ TableName: table, Item: item }))
const putAll = (table: string, items: readonly Item[]) =>
  clientOf(database).send(
    new BatchWriteItemCommand({
      RequestItems: { [table]: items.map((Item) => ({ PutRequest: { Item: { ...Item } } })) },
    }),
  )
const erased = (table: string, key: Item) =>
  clientOf(database).send(new DeleteItemCommand({ TableName: table, Key: key }))
const left = (table: string) => scan(clientOf(database), table)
const s = (S: string) => ({ S })

/** Does something once, after the first call of a kind to the company's tables has had its effect: below the SDK's retries. */
function onceAfter(command: string, then: () => Promise<void>): void {
  let isDone = false
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args)
      const { TableName = '', RequestItems = {} } = args.input as {
        TableName?: string
        RequestItems?: object
      }
      const isTheirs = [TableName, ...Object.keys(RequestItems)].some((name) =>
        ['Posts', 'Own'].includes(name),
      )
      if (context['commandName'] === command && isTheirs && !isDone) {
        isDone = true
        await then()
      }
      return result
    },
    { step: 'deserialize' },
  )
}

async function settled(company: Company) {
  return company.settle(await company.receive({ userId: ['u1'] }))
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
    onceAfter('UpdateItemCommand', () => Promise.reject(new Error('crashed')))
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
    onceAfter('UpdateItemCommand', () =>
      Promise.reject(Object.assign(new Error('socket hang up'), { name: 'TimeoutError' })),
    )
    expect(await settled(company)).toMatchObject({
      state: 'completed',
      outcome: { redacted: [{ category: 'c', items: 1 }] },
    })
    expect(await left('Posts')).toEqual([{ id: s('1') }])
  })
})

describe('an index that does not show an item for a while', () => {
  it('does not make it count twice', async () => {
    const company = await companyWith({ posts: { ...FOUND, action: 'erase' } })
    await put('Posts', { id: s('a'), userId: s('u1') })
    await put('Posts', { id: s('b'), userId: s('u1') })
    let queries = 0
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const result = await next(args)
        const { IndexName } = args.input as { IndexName?: string }
        const { output } = result as { output: { Items?: readonly Item[] } }
        if (context['commandName'] === 'QueryCommand' && IndexName === 'byUser') {
          queries += 1
          // The second time: the erase phase.
          if (queries === 2) output.Items = output.Items?.slice(1) ?? []
        }
        return result
      },
      { step: 'initialize' },
    )
    expect(await settled(company)).toMatchObject({
      state: 'completed',
      outcome: { erased: [{ category: 'c', items: 2 }] },
    })
    expect(await left('Posts')).toEqual([])
  })
})

describe('an item that nobody may touch without a look', () => {
  it('is not touched either when it comes after the first delete', async () => {
    const company = await companyWith({
      roles: { ...IN_PARTITION, reviewWhen: { role: 'owner' }, action: 'erase' },
    })
    await put('Own', { PK: s('USER#u1'), SK: s('1'), role: s('clerk') })
    onceAfter('DeleteItemCommand', async () => {
      await put('Own', { PK: s('USER#u1'), SK: s('2'), role: s('owner') })
    })
    expect(await settled(company)).toMatchObject({
      state: 'needs_review',
      problem: { reason: 'review_when' },
    })
    expect(await left('Own')).toHaveLength(1)
  })
})

describe('an approval for another reason', () => {
  it('is none of items that nobody may touch without a look', async () => {
    const company = await companyWith({
      roles: { ...IN_PARTITION, reviewWhen: { role: 'owner' }, action: 'erase' },
    })
    await put('Own', { PK: s('USER#u1'), SK: s('1'), role: s('clerk') })
    const key = await company.receive({ userId: ['u1'] }, { doubts: ['stale'] })
    expect((await company.settle(key)).problem?.reasons).toEqual(['stale'])
    const decision = { step: 'approve', by: 'someone', at: company.clock() } as const
    await decide(company.ledger, company.pauses, key, decision)
    onceAfter('DeleteItemCommand', async () => {
      await put('Own', { PK: s('USER#u1'), SK: s('2'), role: s('owner') })
    })
    expect(await company.settle(key)).toMatchObject({
      state: 'needs_review',
      problem: { reason: 'review_when', reasons: ['review_when'] },
    })
    expect(await left('Own')).toHaveLength(1)
    await decide(company.ledger, company.pauses, key, decision)
    expect((await company.settle(key)).state).toBe('completed')
    expect(await left('Own')).toEqual([])
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

const ORDERS = {
  lines: { ...FOUND, per: 'orders', find: { id: '{orderNo}' }, action: 'erase' },
  orders: {
    ...IN_PARTITION,
    find: { PK: 'USER#{userId}', SK: { beginsWith: 'ORDER#' } },
    learns: { orderNo: 'no' },
    action: 'erase',
  },
} as const satisfies Readonly<Record<string, TableHolding>>
const putOrders = async (numbers: readonly string[]) => {
  for (const no of numbers) {
    await put('Own', { PK: s('USER#u1'), SK: s(`ORDER#${no}`), no: s(no), text: s('x') })
    await put('Posts', { id: s(no), userId: s('u1') })
  }
}
const namesFrom = (count: number) => Array.from({ length: count }, (_, n) => `o${n}`)

describe('a holding that takes what leads to the children of another', () => {
  it('has these erased first, however many there are', async () => {
    const company = await companyWith({ everything: { ...IN_PARTITION, action: 'erase' }, ...ORDERS })
    await putOrders(namesFrom(60))
    await put('Own', { PK: s('USER#u1'), SK: s('PROFILE') })
    expect(await settled(company)).toMatchObject({
      state: 'completed',
      outcome: { erased: [{ category: 'c', items: 121 }] },
    })
    expect([...(await left('Own')), ...(await left('Posts'))]).toEqual([])
  })

  it('has them erased before it redacts the way', async () => {
    const company = await companyWith({
      everything: { ...IN_PARTITION, category: 'd', action: { redact: { no: 'remove', text: 'remove' } } },
      lines: ORDERS.lines,
      orders: { ...ORDERS.orders, action: { redact: { text: 'remove' } } },
    })
    await putOrders(['o1', 'o2'])
    expect(await settled(company)).toMatchObject({
      state: 'completed',
      outcome: { erased: [{ category: 'c', items: 2 }], redacted: [{ category: 'd', items: 2 }] },
    })
    expect(await left('Posts')).toEqual([])
  })

  it('leaves an item whose child would not go, and takes the others', async () => {
    const company = await companyWith({
      everything: { ...IN_PARTITION, action: 'erase' },
      lines: { ...ORDERS.lines, owner: { userId: '{userId}', state: 'OPEN#{userId}' } },
      orders: ORDERS.orders,
    })
    await putOrders(['o1', 'o2'])
    await put('Posts', { id: s('o1'), userId: s('u1'), state: s('OPEN#u1') })
    expect(await settled(company)).toMatchObject({
      state: 'needs_operator',
      problem: {
        residue: [
          { holding: 'everything', items: 1, why: 'not_done' },
          { holding: 'orders', items: 1, why: 'not_done' },
          { holding: 'lines', items: 1, why: 'owner_missing' },
        ],
      },
    })
    expect((await left('Own')).map(({ SK }) => SK?.S)).toEqual(['ORDER#o2'])
  })

  it('comes to an end where an item leads to itself', async () => {
    const company = await companyWith({
      replies: { ...FOUND, per: 'posts', find: { id: '{orderNo}' }, action: 'erase' },
      posts: { ...FOUND, learns: { orderNo: 'replyTo' }, action: 'erase' },
    })
    await put('Posts', { id: s('a'), userId: s('u1'), replyTo: s('b') })
    await put('Posts', { id: s('b'), userId: s('u1'), replyTo: s('c') })
    await put('Posts', { id: s('c'), userId: s('u1'), replyTo: s('a') })
    expect(await settled(company)).toMatchObject({
      state: 'completed',
      outcome: { erased: [{ category: 'c', items: 3 }] },
    })
    expect(await left('Posts')).toEqual([])
  })
})

describe('a parent that goes by itself between plan and erasure', () => {
  it('takes the way to its children: they are named, not called erased', async () => {
    const company = await companyWith(ORDERS)
    await putOrders(['o1', 'o2'])
    const key = await company.receive({ userId: ['u1'] })
    let asked = 0
    const ledger: Company['ledger'] = {
      ...company.ledger,
      async isHeld(hashes) {
        asked += 1
        // Once for the claims, and then before the first write.
        if (asked === 2) await erased('Own', { PK: s('USER#u1'), SK: s('ORDER#o1') })
        return company.ledger.isHeld(hashes)
      },
    }
    await answerDoorbell({ ...company, ledger }, key)
    const stuck = await company.settle(key)
    expect(stuck).toMatchObject({
      state: 'needs_operator',
      problem: { residue: [{ holding: 'lines', items: 1, why: 'parent_gone' }] },
    })
    expect((await left('Posts')).map(({ id }) => id)).toEqual([s('o1')])

    // Somebody has looked.
    await erased('Posts', { id: s('o1') })
    await decide(company.ledger, company.pauses, key, { step: 'retry', by: 'x', at: company.clock() })
    expect(await company.settle(key)).toMatchObject({
      state: 'completed',
      outcome: { erased: [{ category: 'c', items: 3 }] },
    })
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
    await clientOf(database).send(new DeleteTableCommand({ TableName: 'Posts' }))
    expect(await settled(company)).toMatchObject({
      state: 'needs_operator',
      problem: { reason: 'no_progress', error: 'ResourceNotFoundException' },
    })
    expect(await left('Own')).toHaveLength(1)
  })
})

describe('somebody who goes on writing while it is erased', () => {
  it('does not keep the erasure from its end', async () => {
    const company = await companyWith({ own: { ...IN_PARTITION, action: 'erase' } })
    await put('Own', { PK: s('USER#u1'), SK: s('0') })
    let written = 0
    const racing: Company['records'] = {
      ...company.records,
      page: (query, after) => company.records.page({ ...query, limit: 200 }, after),
      async erase(table, keys, isOver) {
        // Always ahead of the page at work.
        for (let batch = 0; batch < 16; batch += 1) {
          const items = Array.from({ length: 25 }, () => {
            written += 1
            return { PK: s('USER#u1'), SK: s(String(written).padStart(8, '0')) }
          })
          await putAll('Own', items)
        }
        return company.records.erase(table, keys, isOver)
      },
    }
    const key = await company.receive({ userId: ['u1'] })
    const racer = { ...company, records: racing }
    for (let slice = 0; slice < 20 && (await company.find(key)).state !== 'needs_operator'; slice += 1) {
      if ((await company.find(key)).state === 'ready') await answerDoorbell(racer, key)
      else {
        company.pass(3600_000)
        await sweep(company.sweeping)
      }
    }
    expect(await company.find(key)).toMatchObject({
      state: 'needs_operator',
      problem: { reason: 'residue', residue: [{ holding: 'own', why: 'not_done' }] },
    })
  }, 60_000)
})

describe('a parent that is held', () => {
  it('keeps its children, and all count once when it goes', async () => {
    const company = await companyWith(ORDERS, { ...OWN, holdAttribute: 'hold' })
    await putOrders(['o1', 'o2'])
    await put('Own', { PK: s('USER#u1'), SK: s('ORDER#o1'), no: s('o1'), hold: { BOOL: true } })
    const key = await company.receive({ userId: ['u1'] })
    expect(await company.settle(key)).toMatchObject({
      state: 'needs_operator',
      problem: {
        residue: expect.arrayContaining([{ table: 'Own', holding: 'orders', items: 1, why: 'held' }]),
      },
    })
    expect((await left('Posts')).map(({ id }) => id)).toEqual([s('o1')])
    await put('Own', { PK: s('USER#u1'), SK: s('ORDER#o1'), no: s('o1') })
    await decide(company.ledger, company.pauses, key, { step: 'retry', by: 'x', at: company.clock() })
    expect(await company.settle(key)).toMatchObject({
      state: 'completed',
      outcome: { erased: [{ category: 'c', items: 4 }] },
    })
  })
})

describe('what another request has found meanwhile', () => {
  it('is planned, counted and kept like anything else', async () => {
    const until = { from: 'at', format: 'iso', for: 'P10Y' } as const
    const retain = { because: 'tax', until, ends: { by: 'owner', owner: 'accounting' } } as const
    const company = await companyWith({
      own: { ...IN_PARTITION, action: 'erase' },
      posts: {
        ...FOUND,
        find: { index: 'byUser', userId: '{nick}' },
        owner: { userId: '{nick}' },
        action: { retain },
      },
    })
    await put('Own', { PK: s('USER#u1'), SK: s('1') })
    await put('Own', { PK: s('USER#u1'), SK: s('2') })
    await put('Posts', { id: s('a'), userId: s('n1'), at: s('2024-01-01') })
    const key = await company.receive({ userId: ['u1'] })
    let calls = 0
    const slow: Company['records'] = {
      ...company.records,
      page: (query, after) => company.records.page({ ...query, limit: 1 }, after),
      async erase(table, keys, isOver) {
        calls += 1
        // The slice ends in the middle of the holding.
        company.pass(80_000)
        return company.records.erase(table, keys, calls === 1 ? () => false : isOver)
      },
    }
    await answerDoorbell({ ...company, records: slow }, key)
    expect(await company.find(key)).toMatchObject({ state: 'ready', checkpoint: { phase: 'erase' } })
    // Another one, later and begun as well, knows more of the same person.
    company.pass(1000)
    const later = await company.receive({ userId: ['u1'], nick: ['n1'] })
    const row = await company.find(later)
    await company.ledger.save({ ...row, version: row.version + 1, firstDeleteAt: company.clock() })
    const hash = subjectHash(INDEX_KEY, 'userId', 'u1')
    await company.ledger.giveBack([hash], key)
    await company.ledger.claim(hash, later)
    expect(await company.settle(key)).toMatchObject({
      state: 'completed_with_retention',
      outcome: { erased: [{ category: 'c', items: 2 }], retained: [{ category: 'c', items: 1 }] },
    })
  })
})

describe('a child without its parent', () => {
  it('is kept and counted if that is what its own holding says', async () => {
    const until = { from: 'at', format: 'iso', for: 'P10Y' } as const
    const retain = { because: 'tax', until, ends: { by: 'ttl', attribute: 'ttl' } } as const
    const company = await companyWith({
      lines: { ...ORDERS.lines, category: 'd', action: { retain } },
      orders: ORDERS.orders,
      posts: { ...FOUND, action: 'erase' },
    })
    await putOrders(['o1'])
    await put('Posts', { id: s('o1'), userId: s('u1'), at: s('2024-01-01') })
    await put('Posts', { id: s('orphan'), userId: s('u1'), at: s('2025-01-01') })
    expect(await settled(company)).toMatchObject({
      state: 'completed_with_retention',
      outcome: {
        erased: [{ category: 'c', items: 1 }],
        retained: [{ category: 'd', items: 2, until: '2035-01-01T00:00:00.000Z' }],
      },
    })
    const ends = new Set((await left('Posts')).map(({ ttl }) => ttl?.N))
    expect(ends).toEqual(new Set(['2019686400', '2051222400']))
  })

  it('counts under the holding that finds it by itself', async () => {
    const company = await companyWith({
      lines: { ...FOUND, per: 'orders', find: { id: '{orderNo}' }, action: 'erase' },
      orders: {
        ...IN_PARTITION,
        find: { PK: 'USER#{userId}', SK: { beginsWith: 'ORDER#' } },
        learns: { orderNo: 'no' },
        action: 'erase',
      },
      posts: { ...FOUND, category: 'd', action: 'erase' },
    })
    await put('Posts', { id: s('orphan'), userId: s('u1') })
    expect(await settled(company)).toMatchObject({
      state: 'completed',
      outcome: { erased: [{ category: 'd', items: 1 }] },
    })
  })
})

describe('a hold that comes while a slice is at work', () => {
  it('stops it before its first write', async () => {
    const company = await companyWith({ own: { ...IN_PARTITION, action: 'erase' } })
    await put('Own', { PK: s('USER#u1'), SK: s('1') })
    onceAfter('QueryCommand', async () => {
      const pk = s(`ID#${subjectHash(INDEX_KEY, 'userId', 'u1')}`)
      await put(LEDGER_TABLE, { pk, sk: s('HOLD') })
    })
    expect((await settled(company)).state).toBe('on_hold')
    expect(await left('Own')).toHaveLength(1)
  })
})

describe('a worker that is killed again and again', () => {
  it('has not tried in vain as long as it comes further', async () => {
    const company = await companyWith({
      own: { ...IN_PARTITION, action: { redact: { words: 'remove' } } },
    })
    for (let n = 0; n < 12; n += 1) await put('Own', { PK: s('USER#u1'), SK: s(String(n)), words: s('x') })
    const key = await company.receive({ userId: ['u1'] })
    let writes = 0
    const dying: Company = {
      ...company,
      records: {
        ...company.records,
        page: (query, after) => company.records.page({ ...query, limit: 1 }, after),
        async changeIf(...change) {
          const written = await company.records.changeIf(...change)
          writes += 1
          // Killed with its second page done: nobody says so to the ledger.
          if (writes % 2 === 0) throw new TypeError('killed')
          return written
        },
      },
    }
    for (let slice = 0; slice < 30 && (await company.find(key)).state !== 'completed'; slice += 1) {
      const request = await company.find(key)
      expect(request.state).not.toBe('needs_operator')
      if (request.state === 'ready') await answerDoorbell(dying, key)
      else {
        company.pass(3600_000)
        await sweep(company.sweeping)
      }
    }
    expect(await company.find(key)).toMatchObject({
      state: 'completed',
      outcome: { redacted: [{ category: 'c', items: 12 }] },
    })
  })
})
