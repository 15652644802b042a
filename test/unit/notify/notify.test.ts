import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { reportIn, takeReport } from '../../../shared/notify/report.ts'
import { advance } from '../../../shared/requests/request.ts'
import { MINUTE, postOffice } from '../../fixtures/mail/post.ts'

beforeEach(() => {
  for (const level of ['info', 'warn', 'error'] as const) vi.spyOn(console, level).mockReturnValue(undefined)
})
afterEach(() => vi.restoreAllMocks())

const AN = 'an@example.com'
type Post = ReturnType<typeof postOffice>

async function asked(post: Post) {
  const { request } = await post.ask(AN, { messageId: 'm1@example.com' })
  const mail = async (version = 1) => post.ledger.owedMail(request, version)
  const row = async () => {
    const found = await post.ledger.find(request)
    if (!found) throw new Error('the request is gone')
    return found
  }
  return { request, mail, row }
}

/** Confirmed, worked and done, as the eraser does it. */
async function completed(post: Post) {
  const one = await asked(post)
  const at = post.clock()
  const ready = advance(await one.row(), 'confirm', at)
  await post.ledger.save(ready, { at, step: 'confirm', by: 'person' })
  const taken = advance(ready, 'take', at)
  await post.ledger.save(taken)
  const outcome = { erased: [{ category: 'orders', items: 2 }], redacted: [], retained: [] }
  const done = advance(taken, 'complete', at, { outcome, expiresAt: new Date('2028-11-22') })
  await post.ledger.finish(done, { at, step: 'complete', by: 'system' })
  return one
}

describe('a mail that is due', () => {
  it('is sent once, however often it is rung for, and tagged with what it is about', async () => {
    const post = postOffice()
    const { request, mail } = await asked(post)
    for (let n = 0; n < 3; n += 1) await post.ring()
    expect(post.sent).toHaveLength(1)
    expect(post.sent[0]).toMatchObject({
      to: AN,
      from: 'delete@mail.example.com',
      tags: { request, notice: '1' },
    })
    const raw = Buffer.from(post.sent[0]?.raw ?? '').toString()
    expect(raw).toMatch(/^Auto-Submitted: auto-replied\r$/m)
    expect(raw).toMatch(/^In-Reply-To: <m1@example.com>\r$/m)
    expect(raw).toMatch(/^References: <m1@example.com>\r$/m)
    expect(await mail()).toMatchObject({ state: 'sent', tries: 1, messageId: 'id-1' })
    expect(await mail()).not.toHaveProperty('nextCheckAt')
    expect(await post.ledger.whatWasSent('id-1')).toEqual({ request, version: 1 })
  })

  it.each(['lost', 'sent and lost'] as const)(
    'is sent once more, and no more, when nobody can know: %s',
    async (fate) => {
      const post = postOffice()
      const { mail } = await asked(post)
      post.fates.push(fate)
      await post.ring()
      expect(await mail()).toMatchObject({ state: 'sending', tries: 1 })
      post.pass(14 * MINUTE)
      await post.sweep()
      await post.ring()
      expect(await mail()).toMatchObject({ state: 'sending', tries: 1 })
      post.pass(MINUTE)
      post.fates.push(fate)
      await post.sweep()
      await post.ring()
      expect(await mail()).toMatchObject({ state: 'sending', tries: 2 })
      post.pass(15 * MINUTE)
      await post.sweep()
      await post.ring()
      expect(await mail()).toMatchObject({ state: 'unsent', tries: 2 })
      expect(post.sent).toHaveLength(fate === 'lost' ? 0 : 2)
      expect(console.warn).toHaveBeenCalledWith(expect.stringContaining('MAIL_NOT_SENT'))
    },
  )

  it('is not sent again when SES reports that it went out', async () => {
    const post = postOffice()
    const { request, mail } = await asked(post)
    post.fates.push('sent and lost')
    await post.ring()
    await takeReport(post.ledger, { is: 'sent', mail: { request, version: 1 }, messageId: 'x' }, post.clock())
    post.pass(20 * MINUTE)
    await post.sweep()
    await post.ring()
    expect(post.sent).toHaveLength(1)
    expect(await mail()).toMatchObject({ state: 'sent', messageId: 'x' })
  })

  it('that nobody takes is rung for again and again, an hour apart at most', async () => {
    const post = postOffice()
    const { mail } = await asked(post)
    for (let hour = 0; hour < 40; hour += 1) {
      post.pass(60 * MINUTE)
      await post.sweep()
      const { nextCheckAt, state } = (await mail()) ?? {}
      expect(state).toBe('due')
      expect((nextCheckAt?.getTime() ?? 0) - post.clock().getTime()).toBeLessThanOrEqual(60 * MINUTE)
    }
    await post.ring()
    expect(post.sent).toHaveLength(1)
  })

  it('waits when too much is sent, and that is no try', async () => {
    const post = postOffice()
    const { mail } = await asked(post)
    for (let n = 0; n < 4; n += 1) {
      post.fates.push('try_later')
      await post.ring()
      expect(await mail()).toMatchObject({ state: 'due', tries: 0 })
      await post.ring()
      expect(post.fates).toEqual([])
      post.pass(60 * MINUTE)
      await post.sweep()
    }
    await post.ring()
    expect(await mail()).toMatchObject({ state: 'sent', tries: 1 })
  })

  it('that SES refuses for good is for a person to look at', async () => {
    const post = postOffice()
    const { mail } = await asked(post)
    post.fates.push('rejected')
    await post.ring()
    expect(await mail()).toMatchObject({ state: 'unsent' })
    expect(console.warn).toHaveBeenCalledWith(expect.stringContaining('MAIL_NOT_SENT'))
    post.pass(120 * MINUTE)
    await post.sweep()
    await post.ring()
    expect(post.sent).toEqual([])
  })

  it('waits for the next day when a day’s answers are used up, and is sent then', async () => {
    const post = postOffice({ answersPerDay: 2 })
    for (const name of ['a', 'b', 'c', 'd', 'e']) await post.ask(`${name}@example.com`)
    await post.ring()
    await post.ring()
    expect(post.sent).toHaveLength(2)
    post.pass(16 * 60 * MINUTE)
    await post.sweep()
    await post.ring()
    expect(post.sent.map(({ to }) => to)).toEqual([
      'a@example.com',
      'b@example.com',
      'c@example.com',
      'd@example.com',
    ])
  })

  it('with a link that can no longer be used is not sent', async () => {
    const post = postOffice()
    const { mail } = await completed(post)
    await post.ring()
    expect(await mail()).toMatchObject({ state: 'void' })
    expect(await mail(2)).toMatchObject({ state: 'void' })
    expect(post.sent).toHaveLength(1)
  })

  it('that has the last word takes the address with it', async () => {
    const post = postOffice()
    const { row } = await completed(post)
    expect(await row()).toHaveProperty('contact')
    await post.ring()
    const ended = await row()
    expect(ended).not.toHaveProperty('contact')
    expect(ended).not.toHaveProperty('nextCheckAt')
  })

  it('that never goes out keeps the address for thirty days after the end, and not longer', async () => {
    const post = postOffice()
    const { row } = await completed(post)
    post.fates.push('rejected')
    await post.ring()
    post.pass((30 * 24 * 60 - 1) * MINUTE)
    await post.sweep()
    expect(await row()).toHaveProperty('contact')
    post.pass(MINUTE)
    await post.sweep()
    expect(await row()).not.toHaveProperty('contact')
  })
})

describe('a report of SES', () => {
  const event = (eventType: string, more: object = {}) => ({
    eventType,
    mail: { messageId: 'x', destination: [AN], tags: { request: ['a1'.repeat(32)], notice: ['4'] } },
    ...more,
  })
  const about = { mail: { request: 'a1'.repeat(32), version: 4 }, messageId: 'x' }

  it.each([
    ['Send', {}, 'sent'],
    ['Delivery', {}, 'sent'],
    ['Reject', {}, 'bounced'],
    ['Bounce', { bounce: { bounceType: 'Permanent' } }, 'bounced'],
    ['Bounce', { bounce: { bounceType: 'Undetermined' } }, 'bounced'],
    ['Complaint', {}, 'complained'],
  ] as const)('%s %j means %s, and names nobody', (eventType, more, is) => {
    expect(reportIn(event(eventType, more))).toEqual({ is, ...about })
  })

  it.each([
    undefined,
    'text',
    {},
    event('Open'),
    event('Bounce', { bounce: { bounceType: 'Transient' } }),
    { ...event('Send'), mail: { messageId: 'x' } },
    { ...event('Send'), mail: { messageId: 'x', tags: { request: ['no key'], notice: ['4'] } } },
    { ...event('Send'), mail: { messageId: 'x', tags: { request: ['a1'.repeat(32)], notice: ['four'] } } },
    { ...event('Send'), mail: { tags: { request: ['a1'.repeat(32)], notice: ['4'] } } },
  ])('says nothing where it is not about a mail of ours: %j', (detail) => {
    expect(reportIn(detail)).toBeUndefined()
  })

  it('of a bounce ends all mail of that request, and is told once for each report', async () => {
    const post = postOffice()
    const { request, mail, row } = await asked(post)
    await post.ring()
    await takeReport(
      post.ledger,
      { is: 'bounced', mail: { request, version: 1 }, messageId: 'x' },
      post.clock(),
    )
    expect(await mail()).toMatchObject({ state: 'bounced' })
    const at = post.clock()
    await post.ledger.save(advance(await row(), 'confirm', at), { at, step: 'confirm', by: 'person' })
    await post.ring()
    expect(await mail(2)).toMatchObject({ state: 'void' })
    expect(post.sent).toHaveLength(1)
  })

  it('is taken though the sender writes at the same time', async () => {
    const post = postOffice()
    const { request, mail } = await asked(post)
    let isFirst = true
    const ledger = {
      ...post.ledger,
      async owedMail(...of: Parameters<typeof post.ledger.owedMail>) {
        const found = await post.ledger.owedMail(...of)
        if (isFirst) await post.ring()
        isFirst = false
        return found
      },
    }
    await takeReport(
      ledger,
      { is: 'complained', mail: { request, version: 1 }, messageId: 'x' },
      post.clock(),
    )
    expect(await mail()).toMatchObject({ state: 'complained' })
  })
})
