import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DataMap } from '../../shared/config/data-map.ts'
import { type Database, openCompany, openDatabase, scan } from '../fixtures/engine.ts'
import { SMALL_MAP } from '../fixtures/small-company.ts'

let database: Database
beforeAll(async () => {
  database = await openDatabase()
})
afterAll(() => database.close())

const MAP: DataMap = {
  ...SMALL_MAP,
  tables: {
    ...SMALL_MAP.tables,
    feedback: { name: 'Feedback', key: { id: 'S' }, backupsKeptFor: 'P1D' },
  },
  holdings: {
    ...SMALL_MAP.holdings,
    feedback: {
      table: 'feedback',
      find: { scan: 'feedback has no index by its author', author: '{userId}' },
      owner: { author: '{userId}' },
      action: 'erase',
      category: 'messages',
      scope: 'account',
    },
  },
}

it('a scan finds what is the person’s, whether the id is stored as a text or as a number', async () => {
  const company = await openCompany(database, MAP)
  const authors = [{ S: '41' }, { N: '41' }, { S: '410' }, { N: '410' }]
  for (const [n, author] of authors.entries()) {
    const Item = { id: { S: String(n) }, author }
    await company.client.send(new PutItemCommand({ TableName: 'Feedback', Item }))
  }
  const done = await company.settle(await company.receive({ userId: ['41'] }))
  expect(done).toMatchObject({
    state: 'completed',
    outcome: { erased: [{ category: 'messages', items: 2 }] },
  })
  const left = await scan(company.client, 'Feedback')
  expect(new Set(left.map(({ id }) => id?.S))).toEqual(new Set(['2', '3']))
})
