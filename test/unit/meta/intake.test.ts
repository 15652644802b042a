import { describe, expect, it } from 'vitest'
import type { CallbackConfig } from '../../../shared/config/function-config.ts'
import { openMetaRequest } from '../../../shared/meta/intake.ts'
import type { SignedPayload } from '../../../shared/meta/signed-request.ts'
import { delays } from '../../../shared/platform/delays.ts'
import { later } from '../../../shared/platform/time.ts'
import { deriveCode, requestKeyOf } from '../../../shared/requests/code.ts'
import type { State } from '../../../shared/requests/lifecycle.ts'
import type { DeletionRequest } from '../../../shared/requests/request.ts'
import { NOW } from '../../fixtures/companies/request.ts'

const DAY_MS = 86_400_000
const CONFIG: CallbackConfig = {
  apps: { shop: { product: 'facebook', identity: 'facebookId', scope: 'platform' } },
  deadlines: ['P1M', 'P20D', 'P30D'],
  reviewOlderThanDays: 7,
  timeZone: 'UTC',
}
const dated: SignedPayload = { userId: '901', issuedAt: NOW, loginShaped: false }
const undated: SignedPayload = { ...dated, issuedAt: undefined }

/** An intake over a ledger that a test can look into. */
function intake() {
  const rows = new Map<string, DeletionRequest>()
  const sealed: unknown[] = []
  const open = (notice: SignedPayload, { app = 'shop', at = NOW } = {}) =>
    openMetaRequest(
      {
        ledger: {
          async open(request) {
            const there = rows.get(request.key)
            if (!there) rows.set(request.key, request)
            return { request: there ?? request, created: !there }
          },
        },
        sealer: {
          async seal(value) {
            sealed.push(value)
            return 'sealed'
          },
        },
        indexKey: async () => 'index key',
        config: CONFIG,
        delays: delays(1, () => 0),
      },
      app,
      notice,
      at,
    )
  const end = (state: State) => {
    for (const [key, row] of rows) rows.set(key, { ...row, state })
  }
  return { open, end, sealed, rows, only: () => [...rows.values()][0] }
}

describe('openMetaRequest', () => {
  it('records what was asked for, sealed, with the earliest deadline', async () => {
    const { open, only, sealed } = intake()
    const code = deriveCode('index key', 'meta', 'shop', '901', 'issued_at', '1795334400')
    expect(await open(dated)).toEqual({ code, created: true })
    expect(only()).toEqual({
      key: requestKeyOf(code),
      state: 'ready',
      version: 1,
      channel: 'meta',
      app: 'shop',
      scope: 'platform',
      receivedAt: NOW,
      updatedAt: NOW,
      dueAt: new Date('2026-12-12T08:00:00.000Z'),
      identity: 'sealed',
      doubts: [],
      attempts: 0,
      wakeups: 0,
      nextCheckAt: new Date('2026-11-22T08:02:00.000Z'),
    })
    expect(sealed).toEqual([{ facebookId: ['901'] }])
  })

  it('gives one notice one code, however often it comes and whatever became of it', async () => {
    const { open, end } = intake()
    const { code } = await open(dated)
    end('completed')
    expect(await open(dated, { at: later(NOW, DAY_MS) })).toEqual({ code, created: false })
    expect(await open({ ...dated, issuedAt: later(NOW, 1000) })).toMatchObject({ created: true })
  })

  it('takes two notices without issued_at for one as long as it is open, and for two after that', async () => {
    const { open, end } = intake()
    const { code } = await open(undated)
    expect(code).toBe(deriveCode('index key', 'meta', 'shop', '901', 'day', '2026-11-22', '0'))
    expect(await open(undated)).toEqual({ code, created: false })
    end('completed')
    const again = await open(undated)
    expect(again).toEqual({
      code: deriveCode('index key', 'meta', 'shop', '901', 'day', '2026-11-22', '1'),
      created: true,
    })
    expect(await open(undated)).toEqual({ ...again, created: false })
  })

  it('refuses the hundred-and-first of a day without issued_at, and takes one the day after', async () => {
    const { open, end, rows } = intake()
    for (let n = 0; n < 100; n += 1) {
      expect((await open(undated)).created).toBe(true)
      end('completed')
    }
    await expect(open(undated)).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' })
    expect(rows.size).toBe(100)
    expect((await open(undated, { at: later(NOW, DAY_MS) })).created).toBe(true)
  })

  it('seals nobody when a Page removed the app', async () => {
    const { open, only, sealed } = intake()
    const { code } = await open({ ...dated, userId: undefined })
    expect(code).toBe(deriveCode('index key', 'meta', 'shop', '0', 'issued_at', '1795334400'))
    expect(sealed).toEqual([])
    expect(only()).not.toHaveProperty('identity')
  })

  it('refuses an app that is not configured, before anything is sealed', async () => {
    const { open, sealed, rows } = intake()
    await expect(open(dated, { app: 'other' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect([sealed.length, rows.size]).toEqual([0, 0])
  })

  it.each<[what: string, notice: Partial<SignedPayload>, doubts: readonly string[]]>([
    ['fields of a login', { loginShaped: true }, ['login_shaped']],
    ['no date', { issuedAt: undefined }, ['undated']],
    ['a date seven days ago', { issuedAt: later(NOW, -7 * DAY_MS) }, []],
    ['an older date', { issuedAt: later(NOW, -7 * DAY_MS - 1) }, ['stale']],
    ['a date a day ahead', { issuedAt: later(NOW, DAY_MS) }, []],
    ['a later date', { issuedAt: later(NOW, DAY_MS + 1) }, ['early']],
    ['two of them', { loginShaped: true, issuedAt: undefined }, ['login_shaped', 'undated']],
  ])('notes a doubt for %s', async (_what, notice, doubts) => {
    const { open, only } = intake()
    await open({ ...dated, ...notice })
    expect(only()?.doubts).toEqual(doubts)
  })
})
