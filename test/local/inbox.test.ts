import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import type { SESEvent } from 'aws-lambda'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engineClient } from '../../infra/local/engines/engines.ts'
import { createBucket } from '../../infra/local/engines/s3.ts'
import { startSqsS3 } from '../../infra/local/engines/threads.ts'
import { startInbox } from '../../infra/local/mail/receiving.ts'
import { startSmtp } from '../../infra/local/mail/smtp.ts'
import { openDataFolder } from '../../infra/local/state/data-folder.ts'

const ADDRESS = 'privacy@shop.example'
let engine: Awaited<ReturnType<typeof startSqsS3>>
let client: S3Client
let number = 0

beforeAll(async () => {
  const folder = await openDataFolder()
  engine = await startSqsS3(folder)
  folder.release()
  client = new S3Client(engineClient(engine.endpoint))
})
afterAll(async () => {
  client.destroy()
  await engine.close()
})

/** An SMTP port before an inbox, in a bucket of its own. */
async function startMail(invoke: (event: SESEvent) => Promise<unknown> = async () => undefined) {
  const bucket = `inbox-${++number}`
  await createBucket(engine.endpoint, bucket)
  const events: SESEvent[] = []
  const lines: string[] = []
  const inbox = startInbox({
    s3Endpoint: engine.endpoint,
    bucket,
    invoke: (event) => {
      events.push(event)
      return invoke(event)
    },
    log: (line) => lines.push(line),
  })
  const smtp = await startSmtp({ port: 0, address: ADDRESS, deliver: inbox.deliver })
  const transport = createTransport({ host: smtp.host, port: smtp.port })
  return {
    bucket,
    inbox,
    events,
    lines,
    send: (raw: string | Buffer, to: readonly string[] = [ADDRESS], from = 'an@example.com') =>
      transport.sendMail({ envelope: { from, to: [...to] }, raw }),
    async objects(): Promise<readonly string[]> {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }))
      return Contents.map(({ Key = '' }) => Key)
    },
    async stored(key: string): Promise<Buffer> {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
      return Buffer.from((await Body?.transformToByteArray()) ?? [])
    },
    async close() {
      transport.close()
      await smtp.close()
      await inbox.close()
    },
  }
}

const MESSAGE = [
  'Received: from laptop by mail.example.com; Mon, 05 Oct 2026 10:00:00 +0000',
  'Date: Mon, 05 Oct 2026 10:00:01 +0000',
  'From: "Tran, An" <an@example.com>',
  'To: =?utf-8?q?Qu=E1=BA=A7y?= <privacy@shop.example>, =?utf-8?q?Kh=C3=A1c?= <other@example.com>',
  'Cc: Group: one@example.com, two@example.com;',
  'Reply-To: reply@example.com',
  'Message-ID: <m1@example.com>',
  'Subject: =?utf-8?b?WG/DoSBk4buvIGxp4buHdQ==?=',
  ' =?utf-8?q?_c=E1=BB=A7a_t=C3=B4i?=',
  'X-Local-Verdict: dmarc=FAIL; spf=GRAY',
  '',
  'secret-body',
  '',
].join('\r\n')

describe('a mail over SMTP', () => {
  it('becomes one object and one event, as a receipt rule of SES would tell it', async () => {
    const mail = await startMail()
    const { response } = await mail.send(MESSAGE, ['Privacy+1@shop.example'])
    const id = response.slice('250 OK '.length)
    expect(id).toMatch(/^[a-z0-9]{40}$/)
    expect(await mail.objects()).toEqual([`inbox/${id}`])
    await mail.close()

    const spf =
      '(spfCheck: as X-Local-Verdict wishes) client-ip=127.0.0.1; envelope-from=an@example.com; helo=localhost;'
    const stamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    expect(mail.events).toEqual([
      {
        Records: [
          {
            eventSource: 'aws:ses',
            eventVersion: '1.0',
            ses: {
              mail: {
                timestamp: stamp,
                source: 'an@example.com',
                messageId: id,
                destination: [
                  'privacy@shop.example',
                  'other@example.com',
                  'one@example.com',
                  'two@example.com',
                ],
                headersTruncated: false,
                headers: [
                  { name: 'Return-Path', value: '<an@example.com>' },
                  {
                    name: 'Received',
                    value: expect.stringMatching(
                      `^from localhost \\(localhost \\[127\\.0\\.0\\.1\\]\\) by inbound-smtp\\.ap-southeast-1\\.amazonaws\\.com with SMTP id ${id} for Privacy\\+1@shop\\.example; \\w{3}, \\d\\d \\w{3} \\d{4} [\\d:]{8} \\+0000 \\(UTC\\)$`,
                    ),
                  },
                  { name: 'X-SES-Spam-Verdict', value: 'PASS' },
                  { name: 'X-SES-Virus-Verdict', value: 'PASS' },
                  { name: 'Received-SPF', value: `none ${spf}` },
                  {
                    name: 'Authentication-Results',
                    value: `amazonses.com; spf=none ${spf} dkim=pass header.i=@example.com; dmarc=fail header.from=example.com;`,
                  },
                  {
                    name: 'Received',
                    value: 'from laptop by mail.example.com; Mon, 05 Oct 2026 10:00:00 +0000',
                  },
                  { name: 'Date', value: 'Mon, 05 Oct 2026 10:00:01 +0000' },
                  { name: 'From', value: '"Tran, An" <an@example.com>' },
                  {
                    name: 'To',
                    value:
                      '=?utf-8?q?Qu=E1=BA=A7y?= <privacy@shop.example>, =?utf-8?q?Kh=C3=A1c?= <other@example.com>',
                  },
                  { name: 'Cc', value: 'Group: one@example.com, two@example.com;' },
                  { name: 'Reply-To', value: 'reply@example.com' },
                  { name: 'Message-ID', value: '<m1@example.com>' },
                  {
                    name: 'Subject',
                    value: '=?utf-8?b?WG/DoSBk4buvIGxp4buHdQ==?= =?utf-8?q?_c=E1=BB=A7a_t=C3=B4i?=',
                  },
                ],
                commonHeaders: {
                  returnPath: 'an@example.com',
                  from: ['"Tran, An" <an@example.com>'],
                  date: 'Mon, 05 Oct 2026 10:00:01 +0000',
                  to: ['Quầy <privacy@shop.example>', 'Khác <other@example.com>'],
                  cc: ['Group:one@example.com, two@example.com;'],
                  replyTo: ['reply@example.com'],
                  messageId: '<m1@example.com>',
                  subject: 'Xoá dữ liệu của tôi',
                },
              },
              receipt: {
                timestamp: stamp,
                processingTimeMillis: expect.any(Number),
                recipients: ['Privacy+1@shop.example'],
                spamVerdict: { status: 'PASS' },
                virusVerdict: { status: 'PASS' },
                spfVerdict: { status: 'GRAY' },
                dkimVerdict: { status: 'PASS' },
                dmarcVerdict: { status: 'FAIL' },
                dmarcPolicy: 'none',
                action: {
                  type: 'Lambda',
                  functionArn: 'arn:aws:lambda:ap-southeast-1:000000000000:function:email-received',
                  invocationType: 'Event',
                },
              },
            },
          },
        ],
      },
    ])
  })

  it('is stored byte for byte behind what SES writes in front', async () => {
    const mail = await startMail()
    const body = Buffer.from([0, 0x80, 0xff, 0x2e, 13, 10, 0x2e, 13, 10, 0xe1, 13, 10])
    const raw = Buffer.concat([Buffer.from('From: an@example.com\r\n\r\n'), body])
    await mail.send(raw)
    const [key = ''] = await mail.objects()
    const stored = await mail.stored(key)
    expect(stored.subarray(-raw.length).toString('hex')).toBe(raw.toString('hex'))
    expect(stored.subarray(0, -raw.length).toString()).toMatch(
      /^Return-Path: <an@example\.com>\r\nReceived: from localhost .*\r\n by inbound-smtp\.(.*\r\n)+ dmarc=pass header\.from=example\.com;\r\n$/,
    )
    await mail.close()
  })

  it('of the largest size is stored', async () => {
    const mail = await startMail()
    const line = `${'x'.repeat(98)}\r\n`
    await mail.send(`From: an@example.com\r\n\r\n${line.repeat(300_000)}`)
    const [key = ''] = await mail.objects()
    expect((await mail.stored(key)).length).toBeGreaterThan(30_000_000)
    await mail.close()
  })

  it('without sender, date, id and subject is told as far as it goes', async () => {
    const mail = await startMail()
    await mail.send('To: privacy@shop.example\r\n\r\nbody\r\n', [ADDRESS], '')
    await mail.close()
    const told = mail.events[0]?.Records[0]?.ses.mail
    expect(told?.source).toBe('')
    expect(told?.headers[0]).toEqual({ name: 'Return-Path', value: '<>' })
    expect(told?.commonHeaders).toEqual({
      returnPath: '',
      to: ['privacy@shop.example'],
      date: expect.stringMatching(/^\w{3}, .* \+0000 \(UTC\)$/),
      messageId: '',
    })
  })

  it('with headers of more than 10 KB is told without their end, and stored whole', async () => {
    const mail = await startMail()
    const long = Array.from({ length: 20 }, (_, at) => `X-Long-${at}: ${'x'.repeat(800)}\r\n`).join('')
    await mail.send(`From: an@example.com\r\n${long}Subject: last\r\n\r\nbody\r\n`)
    await mail.close()
    const told = mail.events[0]?.Records[0]?.ses.mail
    expect(told?.headersTruncated).toBe(true)
    expect(told?.headers.map(({ name }) => name)).not.toContain('Subject')
    expect(told?.commonHeaders.subject).toBe('last')
    const [key = ''] = await mail.objects()
    expect((await mail.stored(key)).toString()).toContain('Subject: last\r\n')
  })
})

describe('the function behind the inbox', () => {
  it('is tried three times, and then the message stays', async () => {
    const mail = await startMail(() => Promise.reject(new Error('an@example.com secret-body')))
    await mail.send(MESSAGE)
    await expect.poll(() => mail.events.length).toBe(3)
    await mail.close()
    expect(mail.lines).toEqual(['email-received failed 3 times: the event is dropped'])
    expect(await mail.objects()).toHaveLength(1)
  })

  it('is not waited for by the sender, but at the end', async () => {
    const running = Promise.withResolvers<undefined>()
    const mail = await startMail(() => running.promise)
    await mail.send(MESSAGE)
    await expect.poll(() => mail.events.length).toBe(1)
    let closed = false
    const closing = mail.close().then(() => {
      closed = true
    })
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(closed).toBe(false)
    running.resolve(undefined)
    await closing
  })

  it('is not invoked for what could not be stored', async () => {
    const mail = await startMail()
    const lines: string[] = []
    const events: SESEvent[] = []
    const nowhere = startInbox({
      s3Endpoint: engine.endpoint,
      bucket: 'no-such-bucket',
      invoke: async (event) => events.push(event),
      log: (line) => lines.push(line),
    })
    const smtp = await startSmtp({ port: 0, address: ADDRESS, deliver: nowhere.deliver })
    const transport = createTransport({ host: smtp.host, port: smtp.port })
    const sent = transport.sendMail({ envelope: { from: 'an@example.com', to: [ADDRESS] }, raw: MESSAGE })
    await expect(sent).rejects.toMatchObject({ responseCode: 451 })
    transport.close()
    await smtp.close()
    await nowhere.close()
    await mail.close()
    expect(events).toEqual([])
    expect(lines).toEqual(['inbox NoSuchBucket: a message was not stored'])
  })
})
