import { once } from 'node:events'
import { connect } from 'node:net'
import { createTransport } from 'nodemailer'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type ArrivedMail, type Smtp, startSmtp } from '../../infra/local/mail/smtp.ts'
import { smtpSession } from '../fixtures/system/smtp-session.ts'

const ADDRESS = 'privacy@shop.example'
const ENVELOPE = { from: 'An@example.com', to: [ADDRESS] }
const arrived: ArrivedMail[] = []
let smtp: Smtp
let answer: () => Promise<string> = async () => 'abc123'

beforeAll(async () => {
  smtp = await startSmtp({
    port: 0,
    address: ADDRESS,
    deliver: (mail) => {
      arrived.push(mail)
      return answer()
    },
  })
})
afterEach(() => {
  arrived.length = 0
  answer = async () => 'abc123'
})
afterAll(() => smtp.close())

async function send(raw: string | Buffer, envelope: { from: string; to: string[] } = ENVELOPE, to = smtp) {
  const transport = createTransport({ host: to.host, port: to.port })
  try {
    return await transport.sendMail({ envelope, raw })
  } finally {
    transport.close()
  }
}

const head = (...fields: string[]) => ['From: An <an@example.com>', ...fields, '', 'body', ''].join('\r\n')

describe('startSmtp', () => {
  it('hands a message over with its envelope, and says the id', async () => {
    expect(await send(head('Subject: hello'))).toMatchObject({ response: '250 OK abc123' })
    expect(arrived).toEqual([
      {
        raw: Buffer.from('From: An <an@example.com>\r\nSubject: hello\r\n\r\nbody\r\n'),
        returnPath: 'An@example.com',
        recipients: ['privacy@shop.example'],
        verdicts: { spam: 'PASS', virus: 'PASS', spf: 'PASS', dkim: 'PASS', dmarc: 'PASS' },
      },
    ])
  })

  it('changes no byte: dots at the start of lines, 8 bits, NUL', async () => {
    const body = Buffer.from([0, 1, 0x80, 0xff, 0x2e, 13, 10, 0x2e, 13, 10, 0x2e, 0x2e, 0xe1, 13, 10])
    const raw = Buffer.concat([Buffer.from(head('Content-Transfer-Encoding: 8bit')), body])
    await send(raw)
    expect(arrived[0]?.raw.toString('hex')).toBe(raw.toString('hex'))
  })

  it.each(['PRIVACY@shop.example', 'privacy+anything@shop.example', 'privacy+a+b@shop.example'])(
    'takes mail for its address in any case and with any label: %s',
    async (to) => {
      await send(head(), { ...ENVELOPE, to: [to] })
      expect(arrived.map(({ recipients }) => recipients)).toEqual([[to]])
    },
  )

  it.each([
    'other@shop.example',
    'privacy@mail.shop.example',
    'privacyx@shop.example',
    'a+privacy@shop.example',
    'privacy@shop.example.com',
  ])('refuses mail for %s', async (to) => {
    await expect(send(head(), { ...ENVELOPE, to: [to] })).rejects.toMatchObject({ responseCode: 550 })
    expect(arrived).toEqual([])
  })

  it('takes only its own label where its address has one', async () => {
    const labelled = await startSmtp({ port: 0, address: 'p+a@shop.example', deliver: async () => 'x' })
    await send(head(), { ...ENVELOPE, to: ['P+A@shop.example'] }, labelled)
    for (const to of ['p@shop.example', 'p+b@shop.example', 'p+a+b@shop.example']) {
      const sent = send(head(), { ...ENVELOPE, to: [to] }, labelled)
      await expect(sent).rejects.toMatchObject({ responseCode: 550 })
    }
    await labelled.close()
  })

  it('takes a domain in any case', async () => {
    const begin = ['EHLO localhost', 'MAIL FROM:<an@example.com>']
    const replies = await smtpSession(smtp.port, [...begin, 'RCPT TO:<privacy@SHOP.Example>'])
    expect(replies.at(-1)).toMatch(/^250 /)
  })

  it('leaves out recipients that are not its own', async () => {
    const to = ['privacy+1@shop.example', 'other@shop.example', 'privacy+2@shop.example']
    expect(await send(head(), { ...ENVELOPE, to })).toMatchObject({ rejected: ['other@shop.example'] })
    expect(arrived[0]?.recipients).toEqual(['privacy+1@shop.example', 'privacy+2@shop.example'])
  })

  it('takes a bounce, which has no sender', async () => {
    await send(head(), { ...ENVELOPE, from: '' })
    expect(arrived[0]?.returnPath).toBe('')
  })

  it('says 451 when the message could not be stored, and repeats nothing of why', async () => {
    answer = () => Promise.reject(new Error('an@example.com is unhappy'))
    await expect(send(head())).rejects.toMatchObject({
      responseCode: 451,
      response: '451 the message could not be stored; try again',
    })
  })

  it('says nothing before the message is stored', async () => {
    const storing = Promise.withResolvers<string>()
    answer = () => storing.promise
    let said = false
    const sent = send(head()).finally(() => {
      said = true
    })
    await expect.poll(() => arrived).toHaveLength(1)
    expect(said).toBe(false)
    storing.resolve('late')
    await expect(sent).resolves.toMatchObject({ response: '250 OK late' })
  })

  it('refuses more than 40 MB, announced or not', async () => {
    const begin = ['EHLO localhost', 'MAIL FROM:<an@example.com>', `RCPT TO:<${ADDRESS}>`, 'DATA']
    const large = Buffer.concat([Buffer.alloc(40 * 1024 * 1024, 'a'), Buffer.from('\r\n.\r\n')])
    expect((await smtpSession(smtp.port, [...begin, large])).at(-1)).toMatch(/^552 /)
    const announced = ['EHLO localhost', 'MAIL FROM:<an@example.com> SIZE=41943041']
    expect((await smtpSession(smtp.port, announced)).at(-1)).toMatch(/^552 /)
    expect(arrived).toEqual([])
  })

  it('offers neither TLS nor a login', async () => {
    const replies = await smtpSession(smtp.port, ['EHLO localhost', 'STARTTLS', 'AUTH PLAIN AGEAYg=='])
    expect(replies.slice(2).map((reply) => reply.slice(0, 3))).toEqual(['500', '500'])
  })

  it('refuses a web page that speaks HTTP to it', async () => {
    const [, reply] = await smtpSession(smtp.port, ['POST / HTTP/1.1'])
    expect(reply).toMatch(/^421 /)
  })

  it('says which port is taken', async () => {
    const second = startSmtp({ port: smtp.port, address: ADDRESS, deliver: async () => '' })
    await expect(second).rejects.toMatchObject({
      name: 'StartError',
      message: `port ${smtp.port}, for mail, is in use`,
    })
  })

  it('frees its port though a sender stays', async () => {
    const own = await startSmtp({ port: 0, address: ADDRESS, deliver: async () => 'x' })
    const silent = connect(own.port, '127.0.0.1')
    await once(silent, 'data')
    await own.close()
    silent.destroy()
    const next = await startSmtp({ port: own.port, address: ADDRESS, deliver: async () => '' })
    expect(next.port).toBe(own.port)
    await next.close()
  })
})

describe('X-Local-Verdict', () => {
  it('says what the checks would find, and is no part of the message', async () => {
    await send(head('X-Local-Verdict: dmarc=FAIL;', ' Spam = gray;', 'Subject: hello'))
    expect(arrived[0]?.verdicts).toEqual({
      spam: 'GRAY',
      virus: 'PASS',
      spf: 'PASS',
      dkim: 'PASS',
      dmarc: 'FAIL',
    })
    expect(arrived[0]?.raw.toString()).toBe(head('Subject: hello'))
  })

  it('is a word like others in the body', async () => {
    await send(`${head()}X-Local-Verdict: dmarc=FAIL\r\n`)
    expect(arrived[0]?.verdicts.dmarc).toBe('PASS')
    expect(arrived[0]?.raw.toString()).toContain('\r\nX-Local-Verdict: dmarc=FAIL\r\n')
  })

  it.each(['dmarc', 'dmarc=BAD', 'mood=PASS', 'constructor=PASS'])('refuses %s', async (wish) => {
    await expect(send(head(`X-Local-Verdict: ${wish}`))).rejects.toMatchObject({ responseCode: 554 })
    expect(arrived).toEqual([])
  })
})
