import { describe, expect, it } from 'vitest'
import { type KeyUses, needsOf } from '../../../shared/keys/key-needs.ts'
import { nextKeyId } from '../../../shared/platform/key-ids.ts'

const MADE = '2026-11-29'
/** The end of that day, and a day for functions that run. */
const SETTLED = '2026-12-01T00:00:00.000Z'
const ring = { ids: ['k1', `k2-${MADE}`], changedAt: new Date('2026-11-29T08:00:00.000Z') }
const LINKS = { confirmWithin: 'P7D', coolingOff: 'PT24H' }

const needOf = (
  kind: 'seal' | 'token' | 'receipt',
  at: string,
  { seals = {}, ...uses }: Partial<KeyUses> = {},
  links: typeof LINKS | undefined = LINKS,
) => needsOf(kind, ring, { uses: { seals, ...uses }, links, now: new Date(at) }).at(-1)?.need

describe('needsOf', () => {
  it('never lets the newest go', () => {
    const [newest] = needsOf('seal', ring, { uses: { seals: {} }, now: new Date('2036-01-01') })
    expect(newest).toMatchObject({ id: 'k2-2026-11-29', isNewest: true, need: expect.any(String) })
  })

  it.each(['seal', 'token', 'receipt'] as const)('keeps a %s key while functions may use it', (kind) => {
    expect(needOf(kind, '2026-11-30T23:59:59.999Z')).toContain('until 2026-12-01 00:00 UTC')
  })

  it('keeps a seal key for as long as a seal names it', () => {
    expect(needOf('seal', SETTLED, { seals: { k1: 2 } })).toContain('2 seals')
    expect(needOf('seal', SETTLED, { seals: { 'k2-2026-11-29': 5 } })).toBeUndefined()
  })

  it('keeps a token key until the last link to take a request back has expired', () => {
    expect(needOf('token', '2026-12-31T23:59:59.999Z')).toContain('until 2027-01-01 00:00 UTC')
    expect(needOf('token', '2027-01-01T00:00:00.000Z')).toBeUndefined()
  })

  it('keeps a token key for links to confirm that are good for longer', () => {
    const links = { confirmWithin: 'P60D', coolingOff: 'none' }
    expect(needOf('token', '2027-01-29T23:59:00.000Z', {}, links)).toContain('2027-01-30')
    expect(needOf('token', '2027-01-30T00:00:00.000Z', {}, links)).toBeUndefined()
  })

  it('keeps a receipt key while a request is kept that ended before the next one was in use', () => {
    expect(needOf('receipt', '2027-06-01T00:00:00.000Z', { receiptsSince: SETTLED })).toContain('receipts')
    expect(
      needOf('receipt', '2027-06-01T00:00:00.000Z', { receiptsSince: '2026-12-01T00:00:00.001Z' }),
    ).toBeUndefined()
    expect(needOf('receipt', SETTLED)).toBeUndefined()
  })

  it('counts from the last change of the secret where an id names no day', () => {
    const byHand = { ids: ['k1', 'k2'], changedAt: new Date('2026-11-29T08:00:00.000Z') }
    const at = (now: string) =>
      needsOf('seal', byHand, { uses: { seals: {} }, now: new Date(now) }).at(-1)?.need
    expect(at('2026-11-30T07:59:00.000Z')).toContain('2026-11-30 08:00')
    expect(at('2026-11-30T08:00:00.000Z')).toBeUndefined()
  })
})

it('gives each key the next number, and the day', () => {
  const now = new Date('2026-11-29T23:59:59.999Z')
  expect(nextKeyId('k1', now)).toBe('k2-2026-11-29')
  expect(nextKeyId('k9-2026-11-29', now)).toBe('k10-2026-11-29')
})
