import { describe, expect, it } from 'vitest'
import { delays } from '../../../shared/platform/delays.ts'
import type { RequestKey } from '../../../shared/requests/code.ts'
import { advance } from '../../../shared/requests/request.ts'
import { confirm, withdraw } from '../../../shared/requests/steps.ts'
import { MINUTE, postOffice } from '../../fixtures/mail/post.ts'

const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const AN = 'an@example.com'
const keep = { months: 24 }

describe('an address that asks', () => {
  it('opens a request that waits for its confirmation, due by the law, and owes a mail', async () => {
    const { ask, ledger, clock } = postOffice()
    const { is, request } = await ask(AN, { messageId: 'm1@example.com' })
    expect(is).toBe('opened')
    const row = await ledger.find(request)
    expect(row).toMatchObject({
      state: 'awaiting_confirmation',
      channel: 'email',
      scope: 'account',
      receivedAt: clock(),
      dueAt: new Date('2026-12-12T08:00:00.000Z'),
      nextCheckAt: new Date('2026-11-29T08:00:00.000Z'),
      doubts: [],
    })
    expect(JSON.stringify(row)).not.toMatch(/an@example|m1@example/)
    expect(await ledger.owedMails(request)).toMatchObject([{ kind: 'confirm', state: 'due' }])
  })

  it('a thousand times in a minute is one request and one mail', async () => {
    const { ask, ring, sent, ledger, pass } = postOffice()
    const seen = new Set<string>()
    for (let n = 0; n < 1000; n += 1) {
      const { is, request } = await ask(AN, { messageId: `m${n}@example.com` })
      expect(is).toBe(n === 0 ? 'opened' : 'too_soon')
      seen.add(request)
      if (n % 10 === 0) await ring()
      pass(60)
    }
    expect(seen.size).toBe(1)
    expect(sent).toHaveLength(1)
    const [key = ''] = seen
    expect(await ledger.owedMails(key as never)).toHaveLength(1)
  })

  it('an hour later gets the same link of the same request, with the same due date', async () => {
    const { ask, ring, sent, pass, ledger } = postOffice()
    const first = await ask(AN, { messageId: 'm1@example.com' })
    await ring()
    const { dueAt } = (await ledger.find(first.request)) ?? {}
    pass(59 * MINUTE)
    expect(await ask(AN, { messageId: 'm2@example.com' })).toMatchObject({ is: 'too_soon' })
    pass(MINUTE)
    expect(await ask(AN, { messageId: 'm3@example.com' })).toEqual({
      is: 'asked_again',
      request: first.request,
    })
    await ring()
    expect((await ledger.find(first.request))?.dueAt).toEqual(dueAt)
    const links = sent.map(
      ({ raw }) => /confirm\/\S+/.exec(Buffer.from(raw).toString().replaceAll('=\r\n', ''))?.[0],
    )
    expect(links).toHaveLength(2)
    expect(links[0]).toBe(links[1])
  })

  it('with a message that has come before changes nothing, even after the end', async () => {
    const { ask, pass, ledger, clock } = postOffice()
    const { request } = await ask(AN, { messageId: 'm1@example.com' })
    pass(2 * HOUR)
    expect(await ask(AN, { messageId: 'm1@example.com' })).toEqual({ is: 'repeated', request })
    const row = await ledger.find(request)
    if (!row) throw new Error('it is gone')
    await ledger.finish(withdraw(row, clock(), keep), { at: clock(), step: 'withdraw', by: 'person' })
    expect(await ask(AN, { messageId: 'm1@example.com' })).toEqual({ is: 'repeated', request })
  })

  it.each([1, 3, 6])('%d days later is answered with the request that is open', async (days) => {
    const { ask, pass } = postOffice()
    const first = await ask(AN)
    pass(days * DAY)
    expect(await ask(AN)).toEqual({ is: 'asked_again', request: first.request })
  })

  it('after its link has lapsed opens a new one', async () => {
    const { ask, pass, sweep, ledger } = postOffice()
    const first = await ask(AN)
    pass(7 * DAY)
    await sweep()
    expect(await ledger.find(first.request)).toMatchObject({ state: 'expired' })
    expect(await ledger.find(first.request)).not.toHaveProperty('contact')
    const second = await ask(AN)
    expect(second.is).toBe('opened')
    expect(second.request).not.toBe(first.request)
  })

  it('after it has taken a request back opens another, whose mail waits for the hour to be over', async () => {
    const { ask, ring, sent, pass, sweep, ledger, clock } = postOffice()
    const first = await ask(AN)
    await ring()
    const row = await ledger.find(first.request)
    if (!row) throw new Error('it is gone')
    await ledger.finish(withdraw(row, clock(), keep), { at: clock(), step: 'withdraw', by: 'person' })
    pass(10 * MINUTE)
    const second = await ask(AN)
    expect(second.is).toBe('opened')
    expect(second.request).not.toBe(first.request)
    await ring()
    expect(sent).toHaveLength(1)
    pass(50 * MINUTE)
    await sweep()
    await ring()
    expect(sent).toHaveLength(2)
  })

  it('while its request is under way is answered by that one’s own mails', async () => {
    const { ask, ledger, clock } = postOffice()
    const { request } = await ask(AN)
    const row = await ledger.find(request)
    if (!row) throw new Error('it is gone')
    const confirmed = confirm(row, clock(), { delays: delays(1, () => 0), coolingOff: { hours: 24 } })
    expect(confirmed).toMatchObject({ step: 'confirm_and_cool_off', request: { state: 'scheduled' } })
    await ledger.save(confirmed.request, { at: clock(), step: confirmed.step, by: 'person' })
    expect(await ask(AN)).toEqual({ is: 'confirmed', request })
    const ready = advance(confirmed.request, 'fall_due', clock())
    expect(ready.state).toBe('ready')
  })

  it('by mail and by form is one', async () => {
    const { ask, pass } = postOffice()
    const first = await ask(AN)
    pass(HOUR)
    expect(await ask(AN, { channel: 'web' })).toEqual({ is: 'asked_again', request: first.request })
    expect((await ask('binh@example.com', { channel: 'web' })).request).not.toBe(first.request)
  })
})

describe('an address that is typed in another spelling', () => {
  const identityOf = async ({ ledger, opened }: ReturnType<typeof postOffice>, request: RequestKey) =>
    opened((await ledger.find(request))?.identity)

  it('is looked up as it was typed, too, and answered and known by its normal form', async () => {
    const office = postOffice()
    const typed = 'Some.One@Example.com'
    const { request } = await office.ask('some.one@example.com', { typed, channel: 'web' })
    expect(await identityOf(office, request)).toEqual({ email: ['some.one@example.com', typed] })
    await office.ring()
    expect(office.sent.map(({ to }) => to)).toEqual(['some.one@example.com'])
    expect(await office.ask('some.one@example.com')).toEqual({ is: 'too_soon', request })
  })

  it('before its request is worked on is looked up in each of them', async () => {
    const office = postOffice()
    const { request } = await office.ask(AN)
    const version = async () => (await office.ledger.find(request))?.version
    expect(await office.ask(AN, { typed: 'An@Example.com' })).toEqual({ is: 'too_soon', request })
    expect(await version()).toBe(2)
    expect(await office.ask(AN, { typed: 'An@Example.com' })).toEqual({ is: 'too_soon', request })
    expect(await version()).toBe(2)
    office.pass(HOUR)
    expect(await office.ask(AN, { typed: 'AN@example.com' })).toEqual({ is: 'asked_again', request })
    const row = await office.ledger.find(request)
    if (!row) throw new Error('it is gone')
    const options = { delays: delays(1, () => 0), coolingOff: { days: 1 } }
    const { request: confirmed, step } = confirm(row, office.clock(), options)
    await office.ledger.save(confirmed, { at: office.clock(), step, by: 'person' })
    expect(await office.ask(AN, { typed: 'AN@EXAMPLE.COM' })).toEqual({ is: 'confirmed', request })
    expect(await identityOf(office, request)).toEqual({
      email: [AN, 'An@Example.com', 'AN@example.com', 'AN@EXAMPLE.COM'],
    })
    expect((await office.ledger.find(request))?.state).toBe('scheduled')
  })

  it('more often than people do is looked up in some of them', async () => {
    const office = postOffice()
    const address = 'abcdefgh@example.com'
    const { request } = await office.ask(address)
    for (let n = 1; n < 100; n += 1) {
      const typed = address.replace(/[a-h]/g, (letter, at) => (n & (1 << at) ? letter.toUpperCase() : letter))
      await office.ask(address, { typed })
    }
    expect((await identityOf(office, request)) as object).toEqual({ email: expect.any(Array) })
    const { email = [] } = (await identityOf(office, request)) as { email?: readonly string[] }
    expect([email[0], email.length]).toEqual([address, 50])
  })
})
