import { afterAll, beforeAll, expect, it } from 'vitest'
import { LEDGER_TABLE } from '../../infra/local/engines/tables.ts'
import { sealer } from '../../shared/keys/seal.ts'
import { keyUsesPage } from '../../shared/ledger/key-uses-dynamodb.ts'
import { toItem } from '../../shared/ledger/row-dynamodb.ts'
import { aRequest } from '../fixtures/companies/request.ts'
import { SMALL_MAP } from '../fixtures/companies/small-company.ts'
import { type EngineWorld, onEngine } from '../fixtures/world/on-engine.ts'

let world: EngineWorld
beforeAll(async () => {
  world = await onEngine()
  await world.open(SMALL_MAP)
})
afterAll(() => world.close())

const sealedWith = (id: string): Promise<string> =>
  sealer({ newest: async () => ({ id, secret: id }), byId: async () => id }).seal({
    email: ['a@example.com'],
  })

it('finds a seal wherever one may stand, and what only looks like one is none', async () => {
  const seals = await Promise.all(['k1', 'k2', 'k3', 'k4', 'k5', 'k6'].map(sealedWith))
  const [identity = '', contact = '', cursor = '', chunk = '', complaint = '', place = ''] = seals
  const outcome = { erased: [], redacted: [], retained: [] }
  const checkpoint = { pass: 1, round: 1, phase: 'resolve', planned: {}, mapHash: 'm', done: outcome, cursor }
  const request = aRequest({
    identity,
    contact,
    checkpoint: checkpoint as NonNullable<ReturnType<typeof aRequest>['checkpoint']>,
  })
  const row = toItem(request)
  const pk = row['pk'] ?? { S: '' }
  await world.put(
    LEDGER_TABLE,
    row,
    { pk, sk: { S: 'IDS#0000' }, sealed: { S: chunk } },
    {
      pk,
      sk: { S: 'COMPLAINT#1' },
      text: { S: complaint },
      answer: { S: 'eyJhbGci..x. and eyJraWQiOjF9..y.' },
    },
    {
      pk: { S: 'RULE#idle' },
      sk: { S: 'RETENTION' },
      pass: { S: JSON.stringify({ place: { after: place } }) },
    },
  )
  expect(await keyUsesPage(world.client, LEDGER_TABLE)).toEqual({
    seals: { k1: 1, k2: 1, k3: 1, k4: 1, k5: 1, k6: 1 },
  })

  const ended = aRequest({
    key: 'b'.repeat(64) as typeof request.key,
    state: 'completed',
    endedAt: new Date('2026-11-23T08:00:00.000Z'),
    outcome,
    mapHash: 'm',
  })
  await world.put(LEDGER_TABLE, toItem(ended))
  expect(await keyUsesPage(world.client, LEDGER_TABLE)).toMatchObject({
    receiptsSince: '2026-11-23T08:00:00.000Z',
  })
})
