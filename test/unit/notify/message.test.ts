import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import { messageOf, type Occasion } from '../../../shared/notify/message.ts'
import { mimeOf } from '../../../shared/notify/mime.ts'
import { MAIL_KINDS } from '../../../shared/requests/mail-kinds.ts'

import type { Outcome } from '../../../shared/requests/outcome.ts'

const organization = {
  name: 'Ví Dụ',
  contactEmail: 'privacy@example.com',
  postalAddress: 'Hà Nội',
  phone: '+84 24 0000 0000',
  privacyPolicyUrl: 'https://www.example.com/privacy',
  timeZone: 'Asia/Ho_Chi_Minh',
}
const CODE = '0123456789ABCDEFGHJKMNPQ'
const outcome = (parts: Partial<Outcome>): Outcome => ({ erased: [], redacted: [], retained: [], ...parts })
const occasion = (more: Partial<Occasion> = {}): Occasion => ({
  code: CODE,
  statusUrl: `https://delete.example.com/status/${CODE}`,
  dueAt: new Date('2026-12-12T18:00:00.000Z'),
  organization,
  categories: { orders: { vi: 'Đơn hàng', en: 'Orders' }, bills: { vi: 'Hoá đơn', en: 'Invoices' } },
  erased: ['orders'],
  reasons: { tax: { vi: 'Luật thuế buộc giữ.', en: 'Tax law demands it.' } },
  ...more,
})
const envelope = {
  from: 'delete@mail.example.com',
  name: 'Ví Dụ',
  to: 'an@example.com',
  date: new Date('2026-11-22T08:00:00.000Z'),
  isAnswer: true,
  locales: ['en'],
} as const

describe('a mail about a decision', () => {
  it('says why a request was refused, and where to complain', () => {
    const { text } = messageOf('refused', occasion({ refusal: { reason: 'legal_claim' } }), ['vi', 'en'])
    expect(text).toContain('to make, exercise or defend a legal claim.')
    expect(text).toContain('xác lập, thực hiện hoặc bảo vệ một yêu cầu pháp lý.')
    expect(text).toContain('You can also complain')
    // Rows of the version before have no reason.
    expect(messageOf('refused', occasion(), ['en']).text).toContain('another legitimate reason')
  })

  it('says why a request takes longer, and until when', () => {
    const extension = { reason: 'many_requests', from: '2026-11-22T08:00:00.000Z' } as const
    const { text } = messageOf('extended', occasion({ extension }), ['en'])
    expect(text).toContain('There are many requests at present, so it takes longer.')
    expect(text).toContain('by December 13, 2026 at the latest')
  })
})

describe('a mail', () => {
  it.each(MAIL_KINDS.flatMap((kind) => (['vi', 'en'] as const).map((locale) => [kind, locale] as const)))(
    '%s in %s has a subject of its own without the code, and the code, the status page and the organization in it',
    (kind, locale) => {
      const { subject, text, html } = messageOf(kind, occasion(), [locale])
      expect(subject).toContain('Ví Dụ')
      expect(subject).not.toContain(CODE)
      const others = MAIL_KINDS.filter((other) => other !== kind)
      expect(others.map((other) => messageOf(other, occasion(), [locale]).subject)).not.toContain(subject)
      for (const said of [text, html]) {
        expect(said).toContain(CODE)
        expect(said).toContain(`https://delete.example.com/status/${CODE}`)
        expect(said).toContain('privacy@example.com')
      }
      expect(html).toContain(`<div lang="${locale}">`)
    },
  )

  it('to confirm with says what will be deleted, how long the link lives and what to do if it was not you', () => {
    const more = {
      confirmUrl: 'https://delete.example.com/confirm/t',
      linkEndsAt: new Date('2026-11-29T08:00:00.000Z'),
    }
    const { text } = messageOf('confirm', occasion(more), ['en'])
    expect(text).toContain('Confirm the request:\nhttps://delete.example.com/confirm/t\n')
    expect(text).toContain('- Orders\n')
    // Kept by a law, and so not promised away.
    expect(text).not.toContain('Invoices')
    expect(text).toMatch(/This link works until .*29, 2026.*15:00 GMT\+7/)
    expect(text).toContain('If it was not you, you need not do anything')
    expect(text).toContain('if we hold data that belongs to this address')
  })

  it('that confirms says when it begins, by when it is done, and how to take it back', () => {
    const more = {
      startsAt: new Date('2026-11-23T08:00:00.000Z'),
      withdrawUrl: 'https://delete.example.com/withdraw/t',
    }
    const { text } = messageOf('confirmed', occasion(more), ['en'])
    expect(text).toMatch(/The deletion begins on .*23, 2026/)
    expect(text).toMatch(/done by .*13, 2026/)
    expect(text).toContain('Take the request back:\nhttps://delete.example.com/withdraw/t')
    const atOnce = messageOf('confirmed', occasion(), ['en']).text
    expect(atOnce).toContain('The deletion begins at once')
    expect(atOnce).not.toContain('Take the request back')
  })

  it('at the end says what was erased, redacted and kept, why and until when, and when backups run out', () => {
    const done = outcome({
      erased: [{ category: 'orders', items: 1234 }],
      redacted: [{ category: 'orders', items: 2 }],
      retained: [
        {
          category: 'bills',
          items: 3,
          reason: 'tax',
          until: '2036-01-15T00:00:00.000Z',
          ends: [{ by: 'ttl' }],
        },
      ],
      backupsExpireAt: '2026-12-27T08:00:00.000Z',
    })
    const { text } = messageOf('done', occasion({ outcome: done }), ['en'])
    expect(text).toContain('Deleted:\n- Orders: 1,234')
    expect(text).toContain('without the details about you:\n- Orders: 2')
    expect(text).toMatch(/Kept:\n- Invoices: 3\. Tax law demands it\. Kept until .*15, 2036\./)
    expect(text).toMatch(/backups runs out by .*27, 2026/)
    const unknown = messageOf(
      'done',
      occasion({ outcome: outcome({ erased: [{ category: 'orders', items: 1 }] }) }),
      ['en'],
    )
    expect(unknown.text).toContain('until when is not known')
  })

  it.each(['vi', 'en'] as const)(
    'in %s never says that anything was deleted where nothing was found',
    (locale) => {
      for (const found of [undefined, outcome({})]) {
        const { text } = messageOf('done', occasion({ ...(found && { outcome: found }) }), [locale])
        expect(text).not.toMatch(/[Dd]eleted|Đã xoá|backup|sao lưu/)
        expect(text).toMatch(/found none|không thấy bản ghi nào/)
      }
    },
  )

  it('in two languages says all of it twice, in their order', () => {
    const { subject, text, html } = messageOf('confirm', occasion(), ['vi', 'en'])
    expect(subject).toMatch(/^Hãy xác nhận .* \/ Please confirm /)
    expect(text.indexOf('Mã xác nhận')).toBeLessThan(text.indexOf('Confirmation code'))
    expect(html.match(/<div lang=/g)).toHaveLength(2)
  })

  it('escapes whatever the configuration holds', () => {
    const evil = '<script>alert("1")</script>‮\'&'
    const { html } = messageOf(
      'done',
      occasion({
        organization: { ...organization, name: evil, postalAddress: evil },
        categories: { orders: { vi: evil, en: evil } },
        reasons: { tax: { vi: evil, en: evil } },
        outcome: outcome({
          erased: [{ category: 'orders', items: 1 }],
          retained: [{ category: 'orders', items: 1, reason: 'tax', ends: [] }],
        }),
      }),
      ['vi', 'en'],
    )
    expect(html).not.toContain('<script')
    expect(html).toContain('&lt;script&gt;')
  })
})

describe('a mail before a rule erases', () => {
  const upcoming = occasion({
    since: new Date('2026-06-01T00:00:00.000Z'),
    startsAt: new Date('2026-12-01T00:00:00.000Z'),
  })

  it.each([
    ['en', 'will be deleted on December 1, 2026.', 'June 1, 2026 is the day', 'do not need to do anything'],
    ['vi', 'sẽ được xoá vào 1 tháng 12, 2026.', '1 tháng 6, 2026 là ngày', 'Bạn không cần làm gì'],
  ] as const)('says in %s when, since when, what, and whom to write to', (locale, ...says) => {
    const { subject, text } = messageOf('upcoming', upcoming, [locale])
    for (const words of says) expect(text).toContain(words)
    expect(text).toContain(locale === 'en' ? '- Orders' : '- Đơn hàng')
    expect(text).toContain('https://www.example.com/privacy')
    // Nobody has asked for anything.
    expect(`${subject} ${text}`).not.toMatch(/your request|yêu cầu của bạn|withdraw/i)
  })

  it('is no answer to anything', async () => {
    const raw = await mimeOf(messageOf('upcoming', upcoming, ['en']), { ...envelope, isAnswer: false })
    expect(raw.toString()).toMatch(/^Auto-Submitted: auto-generated\r$/m)
  })
})

describe('on the wire', () => {
  it('is text and HTML, an automatic answer to the message that asked, and nothing else', async () => {
    const message = messageOf('confirm', occasion(), ['en'])
    const raw = await mimeOf(message, {
      ...envelope,
      inReplyTo: 'm1@example.org',
      replyTo: 'privacy@example.com',
    })
    const mail = await PostalMime.parse(raw)
    expect(mail).toMatchObject({
      subject: message.subject,
      from: { name: 'Ví Dụ', address: 'delete@mail.example.com' },
      to: [{ address: 'an@example.com' }],
      replyTo: [{ name: 'Ví Dụ', address: 'privacy@example.com' }],
      inReplyTo: '<m1@example.org>',
      references: '<m1@example.org>',
      date: '2026-11-22T08:00:00.000Z',
      attachments: [],
    })
    expect(mail.text?.trim()).toBe(message.text)
    expect(mail.html?.trim()).toBe(message.html.trim())
    const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value
    expect(header('auto-submitted')).toBe('auto-replied')
    expect(header('content-language')).toBe('en')
    expect(header('mime-version')).toBe('1.0')
  })

  it('never has a header that was not meant, whatever is put into it', async () => {
    const meant = [
      'auto-submitted',
      'x-auto-response-suppress',
      'content-language',
      'from',
      'to',
      'in-reply-to',
      'references',
      'subject',
      'date',
      'message-id',
      'mime-version',
      'content-type',
    ]
    const text = fc.string({ unit: 'binary', maxLength: 60 })
    const nasty = fc.oneof(
      text,
      text.map((one) => `${one}\r\nBcc: victim@example.org\r\n\r\n`),
    )
    await fc.assert(
      fc.asyncProperty(nasty, nasty, async (name, id) => {
        const message = messageOf('refused', occasion({ organization: { ...organization, name } }), ['en'])
        const { headers, to } = await PostalMime.parse(
          await mimeOf(message, { ...envelope, name, inReplyTo: id }),
        )
        expect(headers.map(({ key }) => key).filter((key) => !meant.includes(key))).toEqual([])
        expect(to).toMatchObject([{ address: 'an@example.com' }])
      }),
      { numRuns: 100 },
    )
  })
})
