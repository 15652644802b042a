import { describe, expect, it } from 'vitest'
import type { DataMap } from '../../../shared/data-map/data-map.ts'
import { readCheckpoint, startOf, writeCheckpoint } from '../../../shared/erasure/checkpoint.ts'
import { NOTHING } from '../../../shared/erasure/outcome.ts'
import { isSameWork } from '../../../shared/erasure/phase-context.ts'
import { cursorsOf } from '../../../shared/person/cursors.ts'
import type { Cursor } from '../../../shared/person/pages.ts'
import type { Checkpoint } from '../../../shared/requests/checkpoint.ts'
import { aRequest, NOW } from '../../fixtures/companies/request.ts'
import { CHECKPOINTS_OF_TODAY, SAVED_CHECKPOINTS } from '../../fixtures/companies/saved-checkpoints.ts'
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
    const same = { ...kept, mapHash: 'new', written: 7, taken: { orders: { items: 3 } } }
    expect(start(same)).toEqual(same)
  })

  it('starts again under another map, and forgets what was not done', () => {
    expect(start(kept, false)).toEqual(first)
  })

  it('starts again under another map, and knows what is gone: of an earlier version, as much as it had met and did not leave', () => {
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

  it('starts again under another map, and knows what it has taken, but not what had vanished', () => {
    const taken = { orders: { items: 2 }, chat: { items: 1 }, bills: { items: 4, erased: 1 } }
    expect(start({ ...kept, taken, vanished: { orders: 1 } }).done).toEqual({
      erased: [
        { category: 'meta', items: 1 },
        { category: 'orders', items: 2 },
        { category: 'invoices', items: 1 },
      ],
      redacted: [{ category: 'messages', items: 1 }],
      retained: [],
    })
  })

  it('starts again under another map with what was done so far, though that map has not all of its holdings', () => {
    const soFar = { ...NOTHING, erased: [{ category: 'gone', items: 9 }] }
    expect(start({ ...kept, taken: { orders: { items: 2 } }, soFar }).done).toEqual(soFar)
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
  it.each(Object.entries(CHECKPOINTS_OF_TODAY))('is written as it was read, in %s', (_where, saved) => {
    expect(writeCheckpoint(readCheckpoint(saved))).toStrictEqual(saved)
  })

  it.each(Object.entries(SAVED_CHECKPOINTS))(
    'of an earlier version goes on where it was, in %s',
    (_where, saved) => {
      const now = writeCheckpoint(readCheckpoint(saved))
      const { unmet: _notRead, page, seen, left, ...same } = saved
      const isErasing = saved.phase === 'erase'
      const added = isErasing ? ['seen', 'left', 'taken', 'unsure', 'page', 'written'] : []
      const expected = isErasing ? { ...same, seen: seen ?? {}, left: left ?? {} } : same
      expect(now).toMatchObject(expected)
      expect([...Object.keys(same), ...added]).toEqual(expect.arrayContaining(Object.keys(now)))
      expect(now.page).toEqual(page === undefined ? undefined : { [saved.holding ?? '']: page })
      // Once read it is one of today's.
      expect(writeCheckpoint(readCheckpoint(now))).toStrictEqual(now)
    },
  )

  it('of an earlier version has taken what it met and did not leave, and the plan fills in', () => {
    expect(readCheckpoint(kept)).toMatchObject({
      // No more than were planned: the others have come meanwhile.
      taken: { orders: { items: 3 }, profile: { items: 2 } },
      unsure: ['orders', 'profile', 'chat'],
    })
    expect(readCheckpoint({ ...kept, left: { orders: 9 } })).toMatchObject({
      taken: { orders: { items: 0 } },
    })
  })

  it('says what the erase phase has done', () => {
    const taken = { orders: { items: 2 }, profile: { items: 3, redacted: 1 } }
    const row = { ...kept, taken, vanished: { orders: 1 }, written: 7, unanswered: ['files'] }
    const read = readCheckpoint(row)
    expect(read).toMatchObject({
      taken,
      vanished: { orders: 1 },
      refused: { orders: 1 },
      read: { orders: 4, profile: 3 },
      writes: 7,
      unanswered: ['files'],
    })
    expect(read).toHaveProperty('unsure', undefined)
    expect(readCheckpoint({ ...first, phase: 'erase' })).toMatchObject({
      taken: {},
      vanished: {},
      refused: {},
      read: {},
    })
  })

  it('says where a phase goes on, and has nothing of another phase', () => {
    const sealed = { cursor: 'x', values: 3 }
    const ofErasing = { page: { orders: 2 }, pageEnd: 'y', finder: 'z', sweep: 1, deferred: true }
    const placed = { ...first, ...sealed, ...ofErasing, holding: 'orders', look: 1, residue: [], written: 4 }
    const stoppedAt = (phase: Checkpoint['phase']) => readCheckpoint({ ...placed, phase }).stoppedAt
    expect(stoppedAt('resolve')).toStrictEqual({ ...sealed, holding: 'orders' })
    expect(stoppedAt('plan')).toStrictEqual({ ...sealed, holding: 'orders' })
    expect(stoppedAt('erase')).toStrictEqual({ ...sealed, ...ofErasing, holding: 'orders' })
    expect(stoppedAt('verify')).toStrictEqual({ ...sealed, look: 1, residue: [] })
    const before = readCheckpoint({ ...placed, phase: 'erase', page: 2 }).stoppedAt
    expect(before).toMatchObject({ page: { orders: 2 } })
  })

  it('can leave the holding at work, and nothing else', () => {
    const placed = { ...first, holding: 'orders', cursor: 'x', values: 3, written: 4 }
    const { stoppedAt: _at, ...rest } = readCheckpoint(placed)
    expect(writeCheckpoint(rest)).toEqual({ ...first, written: 4 })
    const erasing = { ...placed, phase: 'erase', taken: {}, page: { orders: 1 }, sweep: 1 } as const
    const { stoppedAt: _page, ...counts } = readCheckpoint(erasing)
    expect(writeCheckpoint(counts)).toEqual({
      ...first,
      phase: 'erase',
      written: 4,
      seen: {},
      left: {},
      taken: {},
    })
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

  it('is the same text, as the page’s end is, that is sealed and opened beside it', async () => {
    const cursors = sealing()
    const end: Cursor = { query: 3 }
    const [sealedEnd, sealed] = [await cursors.seal(end), await cursors.seal(cursor)]
    const next = sealing()
    await next.open(sealed)
    await next.open(sealedEnd)
    expect([await next.seal(end), await next.seal(cursor)]).toEqual([sealedEnd, sealed])
  })

  it('is none where there is none', async () => {
    const cursors = sealing()
    expect([await cursors.seal(undefined), await cursors.open(undefined)]).toEqual([undefined, undefined])
  })
})
