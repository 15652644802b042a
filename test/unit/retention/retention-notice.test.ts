/** Whoever a rule erases is told before, and never erased sooner after the mail than the rule says. */
import PostalMime from 'postal-mime'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { NotAccepted } from '../../../shared/notify/mailer.ts'
import { type Notifier, sendOwedMail } from '../../../shared/notify/notify.ts'
import { hold, NEVER_DUE, release } from '../../../shared/requests/steps.ts'
import { disableRule, listRules } from '../../../shared/retention/rule-switch.ts'
import { LEFT, retentionCompany } from '../../fixtures/companies/retention-company.ts'
import { postOffice } from '../../fixtures/mail/post.ts'

beforeEach(() => {
  for (const stream of ['log', 'info', 'warn', 'error'] as const) vi.spyOn(console, stream).mockReturnValue()
})
afterEach(() => void vi.restoreAllMocks())

const DAY_MS = 24 * 3600_000
const RULE = { ...LEFT, notice: { before: 'P14D', email: 'mail' } }
const AN = { mail: { S: ' An@Example.com' } }

/** A company with a post of its own. It begins on 27 November 2026, at noon. */
function company(rule = RULE) {
  const one = retentionCompany(rule)
  const sent: { readonly to: string; readonly raw: Uint8Array }[] = []
  const post = { isShut: false, isAway: false }
  const notifier: Notifier = {
    ...postOffice().notifier,
    ledger: one.ledger,
    sealer: one.sealer,
    clock: one.clock,
    mailer: {
      async send(mail) {
        if (post.isShut) throw new NotAccepted('try_later')
        sent.push(mail)
        return { messageId: `id-${sent.length}` }
      },
    },
  }
  const deliver = async () => {
    if (post.isAway) return
    for (const mail of await one.ledger.dueMails(NEVER_DUE, 100)) await sendOwedMail(notifier, mail)
  }
  return {
    ...one,
    sent,
    post,
    deliver,
    row: async () => {
      const [row] = await one.open()
      if (!row) throw new Error('nothing was opened')
      return one.find(row.key)
    },
    /** A day of the clock, of the mails, and of the worker. */
    async passDay() {
      await one.sweepRetention()
      await deliver()
      await one.sweep()
      await deliver()
      const { rows } = await one.ledger.openRows(100)
      for (const { key, state } of rows) if (state === 'ready') await one.settle(key)
      one.pass(DAY_MS)
    },
  }
}

describe('somebody who is told before a rule erases', () => {
  it('is told so long before, and erased on the day that the mail says, with no other mail', async () => {
    const shop = company()
    shop.put('a', '2026-06-13T12:00:00Z', AN)
    await shop.enable()
    const told: number[] = []
    const there: number[] = []
    for (let day = 0; day < 20; day += 1) {
      await shop.passDay()
      told.push(shop.sent.length)
      there.push(shop.ids().length)
    }
    // Due on 13 December: the 29th of November is a fortnight before.
    expect(told.indexOf(1)).toBe(2)
    expect(there.indexOf(0)).toBe(16)
    expect(shop.sent).toHaveLength(1)
    const [mail] = shop.sent
    expect(mail?.to).toBe('an@example.com')
    const { text, subject } = await PostalMime.parse(mail?.raw ?? '')
    expect(subject).toContain('sắp được xoá')
    expect(text).toContain('sẽ được xoá vào 13 tháng 12, 2026')
    expect(text).toMatch(/https:\/\/delete\.example\.com\/status\/[0-9A-Z]{24}/)
    const row = await shop.row()
    expect(row).toMatchObject({ state: 'completed' })
    expect(row).not.toHaveProperty('contact')
    expect(row).not.toHaveProperty('nextCheckAt')
  })

  it('waits in between, due as if it fell due on that day', async () => {
    const shop = company()
    shop.put('a', '2026-06-11T12:00:00Z', AN)
    await shop.enable()
    expect(await shop.sweepRetention()).toBe(1)
    expect(await shop.row()).toMatchObject({
      state: 'scheduled',
      receivedAt: new Date('2026-11-27T12:00:00Z'),
      nextCheckAt: new Date('2026-12-11T12:00:00Z'),
      dueAt: new Date('2026-12-31T12:00:00Z'),
      retention: { rule: 'left', since: '2026-06-11T12:00:00.000Z', toldBefore: 'P14D' },
    })
  })

  it('has the whole time where it fell due long ago', async () => {
    const shop = company()
    shop.put('a', '2020-01-01', AN)
    await shop.enable()
    for (let day = 0; day < 14; day += 1) await shop.passDay()
    expect(shop.sent).toHaveLength(1)
    expect(shop.ids()).toEqual(['a'])
    await shop.passDay()
    expect(shop.ids()).toEqual([])
  })

  it('is not erased while nobody sends the mail', async () => {
    const shop = company()
    shop.put('a', '2026-06-01', AN)
    await shop.enable()
    shop.post.isAway = true
    for (let day = 0; day < 30; day += 1) await shop.passDay()
    expect(await shop.row()).toMatchObject({ state: 'scheduled' })
    shop.post.isAway = false
    for (let day = 0; day < 14; day += 1) await shop.passDay()
    expect(shop.sent).toHaveLength(1)
    expect(shop.ids()).toEqual(['a'])
    for (let day = 0; day < 2; day += 1) await shop.passDay()
    expect(shop.ids()).toEqual([])
  })

  it('has the whole time from the day on which the mail went out', async () => {
    const shop = company()
    shop.put('a', '2026-06-01', AN)
    await shop.enable()
    shop.post.isShut = true
    for (let day = 0; day < 30; day += 1) await shop.passDay()
    expect(await shop.row()).toMatchObject({ state: 'scheduled' })
    shop.post.isShut = false
    await shop.passDay()
    const { text } = await PostalMime.parse(shop.sent[0]?.raw ?? '')
    expect(text).toContain('vào 10 tháng 1, 2027')
    for (let day = 0; day < 13; day += 1) await shop.passDay()
    expect(shop.ids()).toEqual(['a'])
    await shop.passDay()
    expect(shop.ids()).toEqual([])
  })

  it('is not told while a hold stops it, and has the whole time after that', async () => {
    const shop = company()
    shop.put('a', '2026-01-01', AN)
    await shop.enable()
    await shop.sweepRetention()
    const at = shop.clock()
    await shop.ledger.save(hold(await shop.row(), at), { at, step: 'hold', by: 'linh' })
    for (let day = 0; day < 20; day += 1) await shop.passDay()
    expect(shop.sent).toEqual([])
    const then = shop.clock()
    await shop.ledger.save(release(await shop.row(), then, shop.delays), {
      at: then,
      step: 'release',
      by: 'linh',
    })
    for (let day = 0; day < 14; day += 1) await shop.passDay()
    expect(shop.sent).toHaveLength(1)
    expect(shop.ids()).toEqual(['a'])
    for (let day = 0; day < 2; day += 1) await shop.passDay()
    expect(shop.ids()).toEqual([])
  })

  it.each([
    ['who has come back', async (shop: ReturnType<typeof company>) => shop.put('a', '2026-12-01', AN)],
    [
      'whose rule was disabled',
      async ({ map, ledger }: ReturnType<typeof company>) => disableRule(map, ledger, 'left'),
    ],
  ])('%s is left alone on the day, without a word', async (_who, change) => {
    const shop = company()
    shop.put('a', '2026-01-01', AN)
    await shop.enable()
    await shop.passDay()
    await change(shop)
    for (let day = 0; day < 15; day += 1) await shop.passDay()
    expect(shop.ids()).toEqual(['a'])
    expect(shop.sent).toHaveLength(1)
    const row = await shop.row()
    expect(row).toMatchObject({ state: 'withdrawn', retention: { wasNotDue: true } })
    expect(row).not.toHaveProperty('contact')
  })

  it.each([
    ['no address', {}],
    ['what is none', { mail: { S: 'at home' } }],
    ['a number', { mail: { N: '7' } }],
  ])('is erased on the day with %s, untold, and counted', async (_what, more) => {
    const shop = company()
    shop.put('a', '2026-05-28T12:00:00Z', more)
    await shop.enable()
    await shop.passDay()
    expect(await shop.open()).toEqual([])
    await shop.passDay()
    expect(shop.ids()).toEqual([])
    expect(shop.sent).toEqual([])
    expect((await shop.ledger.ruleOf('left')).pass).toMatchObject({ due: 1, withoutNotice: 1 })
  })

  it('is counted as due from then on: what is enabled is what will be opened', async () => {
    const shop = company()
    shop.put('a', '2026-06-11T11:00:00Z', AN)
    shop.put('b', '2026-06-11T11:00:00Z')
    shop.put('c', '2026-06-12T11:00:00Z', AN)
    await shop.sweepRetention()
    expect(await listRules(shop.map, shop.ledger)).toMatchObject([
      { name: 'left', toldBefore: 'P14D', pass: { due: 1, withoutNotice: 0 } },
      {},
    ])
  })
})
