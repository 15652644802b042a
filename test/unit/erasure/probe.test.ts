import { describe, expect, it, vi } from 'vitest'
import { probe } from '../../../shared/erasure/plan.ts'
import type { Identities } from '../../../shared/person/identities.ts'
import type { Records } from '../../../shared/records/records.ts'
import { SMALL_MAP } from '../../fixtures/companies/small-company.ts'
import { inMemory } from '../../fixtures/world/in-memory.ts'

const { chat } = SMALL_MAP.holdings
if (!chat) throw new Error('the small map has a chat')
const MAP = {
  ...SMALL_MAP,
  tables: {
    ...SMALL_MAP.tables,
    seats: { name: 'Seats', key: { seat: 'N' }, backupsKeptFor: 'P1D' },
    tokens: { name: 'Tokens', key: { token: 'B' }, backupsKeptFor: 'P1D' },
    logs: { name: 'Logs', key: { id: 'S' }, backupsKeptFor: 'P1D' },
  },
  holdings: {
    ...SMALL_MAP.holdings,
    seats: { ...chat, table: 'seats', find: { seat: '{userId}' }, owner: {} },
    tokens: { ...chat, table: 'tokens', find: { token: '{userId}' }, owner: {} },
    logs: { ...chat, table: 'logs', find: { scan: 'no index leads there', by: '{userId}' }, owner: {} },
  },
} as const

const asked = async (identities: Identities) => {
  const { records, work } = inMemory().open(MAP)
  const page = vi.fn<Records['page']>((...about) => records.page(...about))
  await probe(work(identities, { records: { ...records, page } }))
  return page.mock.calls.map(([query]) => query)
}

describe('a table or index of which nothing was asked', () => {
  it('is asked for one item of nobody, each table and index once', async () => {
    const queries = await asked({})
    const own = { PK: 'PK', SK: 'SK' }
    expect(queries.map(({ table, index = '' }) => `${table}/${index}`).toSorted()).toEqual([
      'App/',
      'App/byFb',
      'Bills/byUser',
      'Chat/byAuthor',
      'Lines/',
      'Logs/',
      'Seats/',
      'Tokens/',
    ])
    expect(queries).toContainEqual({
      table: 'App',
      index: 'byFb',
      partition: { attribute: 'FB', value: { S: '\0' } },
      attributes: Object.values(own),
      limit: 1,
    })
    expect(queries).toContainEqual({
      table: 'Seats',
      partition: { attribute: 'seat', value: { N: '0' } },
      attributes: ['seat'],
      limit: 1,
    })
    expect(queries).toContainEqual({
      table: 'Tokens',
      partition: { attribute: 'token', value: { B: Uint8Array.of(0) } },
      attributes: ['token'],
      limit: 1,
    })
    expect(queries).toContainEqual({ table: 'Logs', attributes: ['id'], limit: 1 })
  })

  it('is not asked again where the person leads to it', async () => {
    const queries = await asked({
      userId: ['u1'],
      facebookId: ['901'],
      email: ['a@example.com'],
      teamId: ['t'],
    })
    expect(queries.map(({ table }) => table)).toEqual(['Lines', 'Seats'])
  })

  it('is an error where it is missing', async () => {
    const world = inMemory()
    const { work } = world.open(MAP)
    world.drop('Seats')
    await expect(probe(work({}))).rejects.toThrow('there is no table')
  })
})
