import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeMail } from '../../../shared/email/mail-judgement.ts'
import { parseMail, senderIn } from '../../../shared/email/parse.ts'
import { addressIn } from '../../../shared/platform/email-address.ts'
import { MESSAGES, OWN } from '../../fixtures/mail/messages.ts'

const PASS = { spam: 'PASS', virus: 'PASS', dmarc: 'PASS' } as const

describe('what becomes of a message', () => {
  it('is known of more than sixty', () => {
    expect(MESSAGES.length).toBeGreaterThan(60)
  })

  it.each(MESSAGES.map((message) => [message.title, message] as const))(
    '%s',
    async (_title, { raw, by = {}, expected }) => {
      const judgement = judgeMail(await parseMail(raw), {
        returnPath: 'an.tran@example.com',
        ownAddress: OWN,
        locales: ['vi', 'en'],
        ...by,
        verdicts: { ...PASS, ...by.verdicts },
      })
      expect(judgement).toMatchObject(expected)
    },
    // Milliseconds each; an expression that backtracks takes minutes.
    60_000,
  )

  it('takes no memory for what is large: none of the giants grows it by 128 MB', async () => {
    globalThis.gc?.()
    const before = process.memoryUsage()
    let most = 0
    for (const { raw } of MESSAGES) {
      await parseMail(raw)
      const { heapUsed, external } = process.memoryUsage()
      most = Math.max(most, heapUsed + external - before.heapUsed - before.external)
    }
    expect(most / 2 ** 20).toBeLessThan(128)
  })

  it('is never an error, whatever the bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (raw) => {
        const { sender } = await parseMail(raw)
        expect(['one', 'no_sender', 'several_senders', 'group_sender', 'unusable_sender']).toContain(
          sender.is,
        )
      }),
      { numRuns: 300 },
    )
  })
})

describe('an address', () => {
  it('never holds what could end a header or begin another address', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.string({ maxLength: 40 }),
        (local, domain) => {
          const found = [`${local}@${domain}`, `${local}@example.com`, `a@${domain}.com`].flatMap((text) => {
            const sender = senderIn([text])
            return [addressIn(text) ?? [], sender.is === 'one' ? sender.address : []].flat()
          })
          expect(found.filter((one) => !/^[^\s\p{Cc}"(),:;<>[\]\\@]+@[a-z0-9.-]+$/u.test(one))).toEqual([])
        },
      ),
    )
  })

  it.each([
    'a b@example.com',
    'a@b',
    '@example.com',
    'a@',
    'a..b@example.com',
    '.a@example.com',
    'a@-b.com',
    '"a b"@example.com',
    'a@example.com,b@example.com',
    'a\u0000@example.com',
  ])('refuses %j', (text) => {
    expect(addressIn(text)).toBeUndefined()
  })
})
