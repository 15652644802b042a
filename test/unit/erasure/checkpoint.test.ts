import { describe, expect, it } from 'vitest'
import type { DataMap } from '../../../shared/data-map/data-map.ts'
import { readCheckpoint, startOf, writeCheckpoint } from '../../../shared/erasure/checkpoint.ts'
import { NOTHING } from '../../../shared/erasure/outcome.ts'
import { isSameWork } from '../../../shared/erasure/phase-context.ts'
import { cursorsOf } from '../../../shared/person/cursors.ts'
import type { Cursor } from '../../../shared/person/pages.ts'
import type { Checkpoint } from '../../../shared/requests/checkpoint.ts'
import { aRequest, NOW } from '../../fixtures/companies/request.ts'
import { SAVED_CHECKPOINTS } from '../../fixtures/companies/saved-checkpoints.ts'
import { SMALL_MAP } from '../../fixtures/companies/small-company.ts'

const first = { mapHash: 'new', pass: 1, round: 1, phase: 'resolve', planned: {}, done: NOTHING } as const
const kept: Checkpoint = {
  mapHash: 'old',
  pass: 3,
  round: 2,
  phase: 'erase',
  holding: 'orders',
  planned: { orders: { items: 5 }, profile: { items: 2 }, chat: { items: 1 } },
  seen: { orders: 4, profile: 3 },
  left: { orders: 1 },
  done: {
    erased: [{ category: 'meta', items: 1 }],
    redacted: [],
    retained: [{ category: 'invoices', items: 2, reason: 'tax', ends: [] }],
  },
}
const start = (checkpoint?: Checkpoint, hasBegun = true, map: DataMap = SMALL_MAP) =>
  writeCheckpoint(
    startOf(
      map,
      'new',
      aRequest({ ...(checkpoint && { checkpoint }), ...(hasBegun && { firstDeleteAt: NOW }) }),
    ),
  )

describe('a slice', () => {
  it('starts at the beginning, if there was none before', () => {
    expect(start()).toEqual(first)
    expect(start(undefined, false)).toEqual(first)
  })

  it('goes on where the one before stopped', () => {
    const same = { ...kept, mapHash: 'new', written: 7 }
    expect(start(same)).toMatchObject(same)
  })

  it('starts again under another map, and forgets what was not done', () => {
    expect(start(kept, false)).toEqual(first)
  })

  it('starts again under another map, and knows what is gone: as much as it had met and did not leave', () => {
    expect(start(kept)).toEqual({
      ...first,
      done: {
        erased: [
          { category: 'meta', items: 1 },
          { category: 'orders', items: 3 },
          { category: 'profile', items: 2 },
        ],
        redacted: [],
        retained: [],
      },
    })
  })

  it('counts nothing twice that a finished pass has counted', () => {
    const { erased } = kept.done
    expect(start({ ...kept, phase: 'verify' })).toEqual({ ...first, done: { ...NOTHING, erased } })
    const { seen: _s, left: _l, ...fresh } = kept
    expect(start(fresh)).toEqual({ ...first, done: { ...NOTHING, erased } })
  })

  it('keeps what functions still owe', () => {
    const files = { function: 'arn', action: 'erase', category: 'orders', scope: 'account' } as const
    const map = { ...SMALL_MAP, holdings: { ...SMALL_MAP.holdings, files } }
    expect(start({ ...kept, owed: { files: 2 } }, true, map).owed).toEqual({ files: 2 })
  })
})

describe('a checkpoint', () => {
  it.each(Object.entries(SAVED_CHECKPOINTS))(
    'of an earlier version is read, and written for good, in %s',
    (_where, saved) => {
      const read = readCheckpoint(saved)
      expect(readCheckpoint(writeCheckpoint(read))).toEqual(read)
      const { phase, pass, round, done, planned } = saved
      expect(read).toMatchObject({ phase, pass, round, done, ...(phase !== 'resolve' && { planned }) })
    },
  )

  it('of an earlier version has taken what it had met and not left, and the plan fills in', () => {
    expect(readCheckpoint({ ...kept, page: 2, holding: 'orders' })).toMatchObject({
      taken: { orders: { items: 3 }, profile: { items: 2 } },
      unsure: Object.keys(kept.planned),
      stoppedAt: { page: { orders: 2 } },
    })
  })

  it('of this version is written as it was read', () => {
    const saved: Checkpoint = {
      ...first,
      phase: 'erase',
      planned: { orders: { items: 4 } },
      seen: { orders: 2 },
      left: {},
      written: 2,
      taken: { orders: { items: 1, redacted: 1 } },
      vanished: { orders: 1 },
      unsure: ['lines'],
      soFar: NOTHING,
      holding: 'orders',
      cursor: 'x',
      values: 3,
      page: { orders: 2 },
      pageEnd: 'y',
      finder: 'z',
      sweep: 1,
      deferred: true,
    }
    expect(writeCheckpoint(readCheckpoint(saved))).toStrictEqual(saved)
  })

  it('says what the erase phase has done', () => {
    expect(readCheckpoint({ ...kept, written: 7, unanswered: ['files'] })).toMatchObject({
      read: { orders: 4, profile: 3 },
      refused: { orders: 1 },
      writes: 7,
      unanswered: ['files'],
    })
    expect(readCheckpoint({ ...first, phase: 'erase' })).toMatchObject({ taken: {}, refused: {} })
  })

  it('says where a phase goes on, and has nothing of another phase', () => {
    const sealed = { cursor: 'x', values: 3 }
    const placed = { ...first, ...sealed, holding: 'orders', look: 1, page: 2, residue: [], written: 4 }
    const stoppedAt = (phase: Checkpoint['phase']) => readCheckpoint({ ...placed, phase }).stoppedAt
    expect(stoppedAt('resolve')).toStrictEqual({ ...sealed, holding: 'orders' })
    expect(stoppedAt('plan')).toStrictEqual({ ...sealed, holding: 'orders' })
    expect(stoppedAt('erase')).toEqual({ ...sealed, holding: 'orders', page: { orders: 2 } })
    expect(stoppedAt('verify')).toStrictEqual({ ...sealed, look: 1, residue: [] })
  })

  it('can leave the holding at work, and nothing else', () => {
    const placed = { ...first, holding: 'orders', cursor: 'x', values: 3, written: 4 }
    const { stoppedAt: _at, ...rest } = readCheckpoint(placed)
    expect(writeCheckpoint(rest)).toEqual({ ...first, written: 4 })
  })

  it('holds for the values that were known then', () => {
    const identities = { userId: ['u1'], email: ['a@x', 'b@x'] }
    expect(isSameWork(undefined, { identities })).toBe(true)
    expect(isSameWork({}, { identities })).toBe(true)
    expect(isSameWork({ values: 3 }, { identities })).toBe(true)
    expect(isSameWork({ values: 2 }, { identities })).toBe(false)
  })
})

describe('a cursor', () => {
  const sealing = () => {
    let seals = 0
    return cursorsOf({
      seal: async (value) => {
        seals += 1
        return `${seals}:${JSON.stringify(value)}`
      },
      open: async (sealed) => JSON.parse(sealed.slice(sealed.indexOf(':') + 1)) as unknown,
    })
  }
  const cursor: Cursor = { query: 2, after: { PK: { S: 'base64' }, SK: { B: Uint8Array.of(0, 255) } } }

  it('is opened as it was sealed, bytes and all', async () => {
    const sealed = await sealing().seal(cursor)
    expect(await sealing().open(sealed)).toEqual(cursor)
    const token = { query: 1, token: 'x' }
    expect(await sealing().open(await sealing().seal(token))).toEqual(token)
  })

  it('is the same text as long as it does not move', async () => {
    const cursors = sealing()
    const sealed = await cursors.seal(cursor)
    expect(await cursors.seal({ ...cursor })).toBe(sealed)
    expect(await cursors.seal({ query: 3 })).not.toBe(sealed)
    const next = sealing()
    await next.open(sealed)
    expect(await next.seal(cursor)).toBe(sealed)
    await cursors.open(sealed)
    expect(await cursors.seal(cursor)).toBe(sealed)
  })

  it('is none where there is none', async () => {
    const cursors = sealing()
    expect([await cursors.seal(undefined), await cursors.open(undefined)]).toEqual([undefined, undefined])
  })
})
