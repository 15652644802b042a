import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openDeauthorized } from '../../../shared/meta/deauthorize.ts'
import type { SignedPayload } from '../../../shared/meta/signed-request.ts'
import { decide } from '../../../shared/operations/operations.ts'
import { NO_DEADLINE } from '../../../shared/platform/deadline.ts'
import { retentionCompany } from '../../fixtures/companies/retention-company.ts'

beforeEach(() => {
  for (const stream of ['log', 'info', 'error'] as const) vi.spyOn(console, stream).mockReturnValue()
})
afterEach(() => void vi.restoreAllMocks())

const DAY_MS = 24 * 3600_000
const SINCE = new Date('2026-08-31T10:00:00Z')
const notice = (more: Partial<SignedPayload> = {}): SignedPayload => ({
  userId: '901',
  issuedAt: SINCE,
  loginShaped: false,
  ...more,
})

function shop({ eraseAfter = 'P6M' }: { readonly eraseAfter?: string | undefined } = {}) {
  const company = retentionCompany(undefined, { start: SINCE })
  const config = {
    apps: {
      shop: {
        product: 'facebook',
        identity: 'facebookId',
        scope: 'account',
        ...(eraseAfter !== '' && { eraseAfter }),
      },
    },
    deadlines: ['P20D'],
    reviewOlderThanDays: 7,
    timeZone: 'Asia/Ho_Chi_Minh',
  } as const
  company.put('u1', undefined, { fb: { S: '901' }, lastSeenAt: { S: '2026-08-30' } })
  return {
    ...company,
    notify: (given = notice(), at = company.clock()) =>
      openDeauthorized({ ...company, config }, 'shop', given, at),
    seen: (lastSeenAt: string | undefined) =>
      company.put('u1', undefined, {
        fb: { S: '901' },
        ...(lastSeenAt !== undefined && { lastSeenAt: { S: lastSeenAt } }),
      }),
    pass: async (days: number) => {
      company.pass(days * DAY_MS)
      await company.sweep()
      const { rows } = await company.ledger.openRows(10)
      for (const { key, state } of rows) if (state === 'ready') await company.settle(key)
      return (await company.open())[0]
    },
  }
}

describe('a notice that somebody removed the app', () => {
  it('is a request that falls due by itself, counted from when Meta signed it', async () => {
    const { notify, find } = shop()
    const opened = await notify()
    const row = opened && (await find(opened.request))
    expect(row).toMatchObject({
      state: 'scheduled',
      channel: 'retention',
      app: 'shop',
      retention: { rule: 'deauthorize', since: '2026-08-31T10:00:00.000Z' },
      // The last day of February, and 20 days.
      nextCheckAt: new Date('2027-02-28T10:00:00Z'),
      dueAt: new Date('2027-03-20T10:00:00Z'),
    })
  })

  it('is one request, however often it comes', async () => {
    const { notify } = shop()
    const first = await notify()
    expect(await notify()).toEqual({ request: first?.request, created: false })
    const again = new Date('2026-09-02T10:00:00Z')
    expect(await notify(notice({ issuedAt: again }), again)).toMatchObject({ created: true })
  })

  it.each([
    ['a Page that removed it', {}, notice({ userId: undefined })],
    ['an app that ignores such notices', { eraseAfter: '' }, notice()],
  ] as const)('is nothing for %s', async (_what, app, given) => {
    const { notify, open } = shop(app)
    expect(await notify(given)).toBeUndefined()
    expect(await open()).toEqual([])
  })

  it('counts from now where Meta’s date is none, or far ahead', async () => {
    const { notify, find } = shop()
    for (const issuedAt of [undefined, new Date('2030-01-01')]) {
      const opened = await notify(notice({ issuedAt }))
      expect(opened && (await find(opened.request)).retention?.since).toBe(SINCE.toISOString())
    }
  })
})

describe('who removed the app', () => {
  it('and stays away is erased on the day, not before', async () => {
    const { notify, pass, ids } = shop()
    await notify()
    expect(await pass(180)).toMatchObject({ state: 'scheduled' })
    expect(ids()).toEqual(['u1'])
    expect(await pass(1)).toMatchObject({ state: 'completed' })
    expect(ids()).toEqual([])
  })

  it.each([
    ['later', '2026-12-24T08:00:00Z'],
    ['a moment later', '2026-08-31T10:00:01Z'],
    ['today, by a clock that is ahead', '2027-03-01T23:00:00Z'],
  ])('and has come back %s is left alone', async (_when, lastSeenAt) => {
    const { notify, pass, seen, ids } = shop()
    await notify()
    seen(lastSeenAt)
    expect(await pass(181)).toMatchObject({ state: 'withdrawn', retention: { wasNotDue: true } })
    expect(ids()).toEqual(['u1'])
  })

  it.each([
    // Half a year later, both are the last day of February.
    ['on the last days of a month', '2026-08-29T09:00:00Z', '2026-08-30T09:00:00Z', '2026-08-31T09:00:00Z'],
    ['on one day', '2026-08-31T09:00:00Z', '2026-08-31T12:00:00Z', '2026-08-31T15:00:00Z'],
  ])('has come back, removed it again %s, and stays away is erased', async (_when, first, back, last) => {
    const { notify, pass, seen, find, ids } = shop()
    await notify(notice({ issuedAt: new Date(first) }), new Date(first))
    seen(back)
    const again = await notify(notice({ issuedAt: new Date(last) }), new Date(last))
    // The first one comes once more, late.
    await notify(notice({ issuedAt: new Date(first) }), new Date(last))
    expect(again && (await find(again.request))).toMatchObject({
      retention: { since: new Date(last).toISOString() },
    })
    expect(await pass(182)).toMatchObject({ state: 'completed' })
    expect(ids()).toEqual([])
  })

  it('is looked at where a payload that may be a login moves the date', async () => {
    const { notify, pass, seen, ids } = shop()
    await notify()
    seen('2026-08-31T12:00:00Z')
    const issuedAt = new Date('2026-08-31T15:00:00Z')
    await notify(notice({ issuedAt, loginShaped: true }), issuedAt)
    expect(await pass(182)).toMatchObject({ state: 'needs_review', problem: { reason: 'login_shaped' } })
    expect(ids()).toEqual(['u1'])
  })

  it.each([
    ['none', undefined],
    ['an unreadable one', 'yesterday'],
    ['a default one', '0001-01-01'],
  ])('is looked at by a person where the date is %s', async (_what, lastSeenAt) => {
    const { notify, pass, seen, ids, ledger, delays, clock, settle } = shop()
    await notify()
    seen(lastSeenAt)
    const row = await pass(181)
    expect(row).toMatchObject({ state: 'needs_review', problem: { reason: 'return_unclear' } })
    expect(ids()).toEqual(['u1'])
    if (!row) return
    await decide(ledger, delays, row.key, { step: 'approve', by: 'x', at: clock() })
    expect(await settle(row.key)).toMatchObject({ state: 'completed' })
    expect(ids()).toEqual([])
  })

  it('and has been given longer to come back since is looked at by a person', async () => {
    const { notify, pass, ids } = shop({ eraseAfter: 'P3M' })
    await notify()
    expect(await pass(92)).toMatchObject({ state: 'needs_review', problem: { reason: 'return_unclear' } })
    expect(ids()).toEqual(['u1'])
  })

  it('and is unknown by then ends with nothing found', async () => {
    const { notify, pass, records, ledger } = shop()
    await notify()
    await records.erase('Accounts', [{ id: { S: 'u1' } }], NO_DEADLINE)
    expect(await pass(181)).toMatchObject({ state: 'completed' })
    expect(await ledger.openRows(10)).toMatchObject({ rows: [] })
  })

  it('and whose app ignores such notices by now is left alone', async () => {
    const company = retentionCompany(undefined, {
      start: SINCE,
      worker: { dueRules: { timeZone: 'UTC', deauthorize: {} } },
    })
    company.put('u1', undefined, { fb: { S: '901' } })
    const key = await company.receive({ facebookId: ['901'] })
    const row = await company.find(key)
    await company.ledger.save({
      ...row,
      version: row.version + 1,
      retention: { rule: 'deauthorize', since: SINCE.toISOString() },
    })
    expect(await company.settle(key)).toMatchObject({ state: 'withdrawn' })
    expect((await company.ledger.history(key)).at(-1)).toMatchObject({
      step: 'withdraw',
      by: 'system',
      reason: 'not_due',
    })
    expect(company.ids()).toEqual(['u1'])
  })
})
