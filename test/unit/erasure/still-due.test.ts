/** Whether what nobody asked for still has to go: by every date of the person's. */
import { describe, expect, it } from 'vitest'
import { rulesOf } from '../../../shared/data-map/holdings.ts'
import { ruleHash } from '../../../shared/data-map/map-hash.ts'
import type { RetentionRule } from '../../../shared/data-map/retention.ts'
import { isStillDue } from '../../../shared/erasure/still-due.ts'
import { aRequest } from '../../fixtures/companies/request.ts'
import { LEFT, retentionMap } from '../../fixtures/companies/retention-company.ts'
import { inMemory } from '../../fixtures/world/in-memory.ts'

const NOW = new Date('2026-11-29T00:00:00.000Z')
const SINCE = new Date('2026-06-01T00:00:00.000Z')
/** Half a year before NOW is the 29th of May. */
const BY_LETTERS: RetentionRule = {
  ...LEFT,
  holding: 'letters',
  from: 'sentAt',
  index: 'bySent',
  partitions: ['letter'],
  names: { userId: 'user' },
}

function about(dates: readonly string[], { rule = BY_LETTERS, isEnabled = true } = {}) {
  const map = retentionMap(rule)
  const world = inMemory()
  const { work } = world.open(map)
  world.putRows({
    Letters: dates.map((sentAt, no) => ({
      user: 'u1',
      no: String(no),
      kind: 'letter',
      ...(sentAt && { sentAt }),
    })),
  })
  const enabled = rulesOf(map)['left']
  if (!enabled) throw new Error('the map has no such rule')
  return {
    work: work({ userId: ['u1'] }),
    rules: {
      ruleOf: async () =>
        isEnabled ? { enabled: { hash: ruleHash(enabled), by: 'linh', at: NOW.toISOString() } } : {},
    },
    now: NOW,
  } as const
}
const NO_APPS = { timeZone: 'UTC', deauthorize: {} } as const
const asked = (rule: string) =>
  aRequest({ channel: 'retention', retention: { rule, since: SINCE.toISOString() } })

describe('by a rule', () => {
  const due = (dates: readonly string[], more: Parameters<typeof about>[1] = {}) =>
    isStillDue({ ...about(dates, more), dueRules: NO_APPS, request: asked('left') })

  it('a person is due when every date is, and not while a single one is not', async () => {
    expect(await due(['2026-01-01', '2026-05-29'])).toBe('due')
    expect(await due(['2026-01-01', '2026-05-30'])).toBe('not_due')
    expect(await due(['2026-05-30', '2026-01-01'])).toBe('not_due')
  })

  it('nobody is due by no date, or by one that is none', async () => {
    expect(await due([])).toBe('not_due')
    expect(await due(['2026-01-01', 'soon'])).toBe('not_due')
    expect(await due(['2026-01-01', ''])).toBe('not_due')
  })

  it('nobody is due by one that is not enabled as it is now, or gone', async () => {
    expect(await due(['2026-01-01'], { isEnabled: false })).toBe('not_due')
    const gone = { ...about(['2026-01-01']), dueRules: NO_APPS, request: asked('vanished') }
    expect(await isStillDue(gone)).toBe('not_due')
  })

  it('that ends item by item, items are due when one is', async () => {
    const ending = { ...about(['2026-01-01', '2026-11-01']), dueRules: NO_APPS, request: asked('left') }
    const { left } = rulesOf(ending.work.map)
    if (!left) throw new Error('the map has no such rule')
    const rule = { ...left, itemsOnly: true as const }
    const map = { ...ending.work.map, retention: { left: rule } }
    const rules = {
      ruleOf: async () => ({ enabled: { hash: ruleHash(rule), by: 'linh', at: NOW.toISOString() } }),
    }
    expect(await isStillDue({ ...ending, rules, work: { ...ending.work, map } })).toBe('due')
  })

  it('whoever asks is due', async () => {
    expect(await isStillDue({ ...about([]), dueRules: NO_APPS, request: aRequest() })).toBe('due')
  })
})

describe('by an app that was removed', () => {
  const cameBack = { holding: 'letters', from: 'sentAt', format: 'iso' } as const
  const due = (dates: readonly string[], after = 'P90D') =>
    isStillDue({
      ...about(dates),
      dueRules: { timeZone: 'UTC', deauthorize: { shop: { after, cameBack } } },
      request: asked('deauthorize'),
    })

  it('a person is due who has not been there since', async () => {
    expect(await due(['2026-05-01', '2026-06-01T00:00:00Z'])).toBe('due')
    expect(await due([])).toBe('due')
  })

  it('a single visit since is enough, or one that is in the future', async () => {
    expect(await due(['2026-05-01', '2026-06-01T00:00:00.001Z'])).toBe('not_due')
    expect(await due(['2026-05-01', '2027-06-01'])).toBe('not_due')
  })

  it('is for a person to look at where a date is none, or its time has become longer', async () => {
    expect(await due(['2026-05-01', 'soon'])).toBe('unclear')
    expect(await due(['2026-05-01'], 'P1Y')).toBe('unclear')
  })

  it('nobody is due of an app that is ignored by now', async () => {
    const ignored = { ...about([]), dueRules: NO_APPS, request: asked('deauthorize') }
    expect(await isStillDue(ignored)).toBe('not_due')
  })
})
