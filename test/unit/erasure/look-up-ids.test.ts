import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { DataMap } from '../../../shared/data-map/data-map.ts'
import { lookUpIds } from '../../../shared/erasure/look-up-ids.ts'
import { codeFrom, requestKeyOf, subjectHash } from '../../../shared/requests/code.ts'
import { SMALL_MAP } from '../../fixtures/companies/small-company.ts'
import { inMemory } from '../../fixtures/world/in-memory.ts'

const { link: LINK, chat: CHAT } = SMALL_MAP.holdings
if (!LINK || !CHAT) throw new Error('the small company has neither a link nor a chat')
const KEPT_MAP: DataMap = {
  ...SMALL_MAP,
  holdings: {
    link: LINK,
    bills: {
      ...CHAT,
      find: { index: 'byAuthor', author: '{facebookId}' },
      owner: { author: '{facebookId}' },
      action: {
        retain: {
          because: 'tax',
          until: { from: 'issuedAt', format: 'iso', for: 'P10Y' },
          ends: { by: 'ttl', attribute: 'ttl' },
        },
      },
    },
  },
}
const SCANNED_MAP: DataMap = {
  ...SMALL_MAP,
  holdings: { link: { ...LINK, find: { scan: 'no index has it', FB: 'FB#{facebookId}' } } },
}

async function company(of: DataMap = SMALL_MAP) {
  const world = inMemory()
  const { map, tables, records, ledger, indexKey, settle, receive } = world.open(of)
  const link = (id: string) =>
    world.put('App', {
      PK: { S: `FB#${id}` },
      SK: { S: 'LINK' },
      FB: { S: `FB#${id}` },
      userId: { S: `u${id}` },
    })
  const standings = (...ids: readonly string[]) =>
    lookUpIds(
      { map, tables, records, erasures: ledger, indexKey, clock: () => new Date() },
      { identity: 'facebookId', scope: 'account' },
      ids,
    )
  const erased = async (id: string) =>
    ledger.noteErased([subjectHash(await indexKey(), 'facebookId', id)], {
      request: requestKeyOf(codeFrom(randomBytes(15))),
      until: new Date('2030-01-01'),
    })
  const erase = async (id: string) => settle(await receive({ facebookId: [id] }))
  return { link, standings, erased, erase, put: world.put }
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

  it('is that they have been erased, where only what was kept is there', async () => {
    const { link, standings, erase, put } = await company(KEPT_MAP)
    const bill = (no: string) =>
      put('Chat', { id: { S: no }, author: { S: '901' }, issuedAt: { S: '2026-01-01' } })
    link('901')
    bill('1')
    expect(await standings('901')).toEqual(['found'])
    expect(await erase('901')).toMatchObject({ state: 'completed_with_retention' })
    expect(await standings('901')).toEqual(['erased'])
    bill('2')
    expect(await standings('901')).toEqual(['found'])
  })

  it('is not that they have been erased, where nothing but a scan could tell', async () => {
    const { link, standings, erase } = await company(SCANNED_MAP)
    link('901')
    expect(await erase('901')).toMatchObject({ state: 'completed' })
    link('901')
    expect(await standings('901')).toEqual(['unknown'])
  })

  it('is that there are records, where what leads on has come back, though it would stay as it is', async () => {
    const { link, standings, erased } = await company({
      ...SMALL_MAP,
      holdings: { link: { ...LINK, action: { redact: { name: 'remove' } } } },
    })
    link('901')
    await erased('901')
    expect(await standings('901')).toEqual(['found'])
  })

  it('is nothing, where what there is is left as it is', async () => {
    const { link, standings, erased } = await company({
      ...SMALL_MAP,
      holdings: { link: { ...LINK, action: { leave: 'needed by the till' } } },
    })
    link('901')
    await erased('902')
    expect(await standings('901', '902')).toEqual(['unknown', 'unknown'])
  })

  it('is that there are records, where an item does not say whose it is', async () => {
    const { standings, put } = await company({
      ...SMALL_MAP,
      holdings: { link: { ...LINK, owner: { owner: '{facebookId}' }, learns: {} } },
    })
    put('App', { PK: { S: 'X' }, SK: { S: 'LINK' }, FB: { S: 'FB#901' } })
    expect(await standings('901')).toEqual(['found'])
  })

  it('is nothing for what names nobody', async () => {
    const { standings } = await company()
    expect(await standings('0')).toEqual(['unknown'])
  })
})
