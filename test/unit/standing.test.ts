import { describe, expect, it } from 'vitest'
import { standingsOf } from '../../shared/erasure/standing.ts'
import { subjectHash } from '../../shared/requests/code.ts'
import { workerOver } from '../fixtures/engine.ts'
import { memoryLedger } from '../fixtures/ledger-in-memory.ts'
import { memoryTables } from '../fixtures/records-in-memory.ts'
import { SMALL_MAP } from '../fixtures/small-company.ts'

async function company() {
  const ledger = memoryLedger()
  const tables = memoryTables(SMALL_MAP)
  const { map, tables: names, records } = workerOver({ ledger, records: tables.records }, SMALL_MAP)
  const link = (id: string) =>
    tables.put('App', {
      PK: { S: `FB#${id}` },
      SK: { S: 'LINK' },
      FB: { S: `FB#${id}` },
      userId: { S: `u${id}` },
    })
  const standings = (...ids: readonly string[]) =>
    standingsOf(
      { map, tables: names, records, erasures: ledger, indexKey: async () => 'index' },
      { identity: 'facebookId', scope: 'account' },
      ids,
    )
  const erased = (id: string) =>
    ledger.noteErased([subjectHash('index', 'facebookId', id)], new Date('2030-01-01'))
  return { link, standings, erased }
}

describe('what is known of an id', () => {
  it('is whether there are records, or it has been erased, or neither, in the order of the ids', async () => {
    const { link, standings, erased } = await company()
    link('901')
    await erased('902')
    expect(await standings('902', '903', '901')).toEqual(['erased', 'unknown', 'found'])
  })

  it('is that there are records, where they are back after an erasure', async () => {
    const { link, standings, erased } = await company()
    await erased('901')
    link('901')
    expect(await standings('901')).toEqual(['found'])
  })

  it('is nothing for what names nobody', async () => {
    const { standings } = await company()
    expect(await standings('0')).toEqual(['unknown'])
  })
})
