import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  SESClient,
  SendEmailCommand,
  SendRawEmailCommand,
  type SendRawEmailRequest,
} from '@aws-sdk/client-ses'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { engineClient } from '../../infra/local/engines/engines.ts'
import { startSes } from '../../infra/local/mail/ses.ts'
import type { SesSendingEvent } from '../../infra/local/mail/ses-events.ts'
import { openDataFolder } from '../../infra/local/state/data-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'local-ses-test-'))
let ses: Awaited<ReturnType<typeof start>>

async function start(dir?: string) {
  const folder = await openDataFolder(dir)
  const events: SesSendingEvent[] = []
  const { endpoint, ...engine } = await startSes(folder, (event) => events.push(event))
  const client = new SESClient({ ...engineClient(endpoint), maxAttempts: 1 })
  return {
    endpoint,
    events,
    client,
    send: (raw: string | Buffer, more: Omit<SendRawEmailRequest, 'RawMessage'> = {}) =>
      client.send(new SendRawEmailCommand({ ...more, RawMessage: { Data: Buffer.from(raw) } })),
    async store(): Promise<readonly Record<string, unknown>[]> {
      const { emails } = (await (await fetch(`${endpoint}/store`)).json()) as {
        emails: readonly Record<string, unknown>[]
      }
      return emails
    },
    async close() {
      client.destroy()
      await engine.close()
      folder.release()
    },
  }
}

beforeAll(async () => {
  ses = await start()
})
afterEach(async () => {
  await fetch(`${ses.endpoint}/clear-store`, { method: 'POST' })
  ses.events.length = 0
})
afterAll(async () => {
  await ses.close()
  rmSync(root, { recursive: true })
})

const message = (to: string, ...more: string[]) =>
  ['From: Shop <privacy@shop.example>', `To: ${to}`, 'Subject: hello', ...more, '', 'secret-body', ''].join(
    '\r\n',
  )
const types = () => ses.events.map(({ detail }) => detail.eventType)

describe('SendRawEmail', () => {
  it('is shown in the store under the id that the sender gets, and on a page', async () => {
    const { MessageId } = await ses.send(message('an@example.com'))
    expect(MessageId).toMatch(/^[0-9a-f]{16}-[0-9a-f-]{36}-000000$/)
    expect(await ses.store()).toMatchObject([
      { messageId: MessageId, subject: 'hello', destination: { to: ['an@example.com'] } },
    ])
    const page = await fetch(`${ses.endpoint}/`)
    expect(await page.text()).toContain('viewer')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
    const eml = await fetch(`${ses.endpoint}/get-emlContent?messageId=${MessageId}`)
    expect(await eml.json()).toMatchObject({ messageId: MessageId })
  })

  it('is reported as sent and delivered, as EventBridge would tell it', async () => {
    const { MessageId } = await ses.send(message('An <an@example.com>'), {
      Source: 'privacy@shop.example',
      Destinations: ['an@example.com'],
      ConfigurationSetName: 'notices',
      Tags: [
        { Name: 'request', Value: 'abc_123' },
        { Name: 'notice', Value: 'received' },
      ],
    })
    await expect.poll(types).toEqual(['Send', 'Delivery'])
    const stamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    const envelope = {
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      source: 'aws.ses',
      account: '000000000000',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      region: 'ap-southeast-1',
      resources: ['arn:aws:ses:ap-southeast-1:000000000000:configuration-set/notices'],
    }
    const mail = {
      timestamp: stamp,
      source: 'privacy@shop.example',
      sourceArn: 'arn:aws:ses:ap-southeast-1:000000000000:identity/shop.example',
      sendingAccountId: '000000000000',
      messageId: MessageId,
      destination: ['an@example.com'],
      headersTruncated: false,
      headers: [
        { name: 'From', value: 'Shop <privacy@shop.example>' },
        { name: 'To', value: 'An <an@example.com>' },
        { name: 'Subject', value: 'hello' },
      ],
      commonHeaders: {
        from: ['Shop <privacy@shop.example>'],
        to: ['An <an@example.com>'],
        messageId: MessageId,
        subject: 'hello',
      },
      tags: {
        request: ['abc_123'],
        notice: ['received'],
        'ses:configuration-set': ['notices'],
        'ses:source-ip': ['127.0.0.1'],
        'ses:from-domain': ['shop.example'],
        'ses:caller-identity': ['local'],
      },
    }
    const delivery = {
      timestamp: stamp,
      processingTimeMillis: 1,
      recipients: ['an@example.com'],
      smtpResponse: '250 2.6.0 Message received',
      reportingMTA: 'localhost',
    }
    expect(ses.events).toEqual([
      { ...envelope, 'detail-type': 'Email Sent', detail: { eventType: 'Send', mail, send: {} } },
      {
        ...envelope,
        'detail-type': 'Email Delivered',
        detail: { eventType: 'Delivery', mail, delivery },
      },
    ])
  })

  it.each(['bounce@simulator.amazonses.com', 'Bounce+some-label@simulator.amazonses.com'])(
    'bounces at %s',
    async (to) => {
      await ses.send(message(`${to}, an@example.com`))
      await expect.poll(types).toEqual(['Send', 'Delivery', 'Bounce'])
      expect(ses.events[1]?.detail.delivery).toMatchObject({ recipients: ['an@example.com'] })
      expect(ses.events[2]).toMatchObject({
        'detail-type': 'Email Bounced',
        detail: {
          bounce: {
            bounceType: 'Permanent',
            bounceSubType: 'General',
            bouncedRecipients: [{ emailAddress: to, action: 'failed', status: '5.1.1' }],
          },
        },
      })
    },
  )

  it('is not delivered where it bounces', async () => {
    await ses.send(message('bounce@simulator.amazonses.com'))
    await expect.poll(types).toEqual(['Send', 'Bounce'])
  })

  it('is complained of by complaint@simulator.amazonses.com', async () => {
    await ses.send(message('complaint+x@simulator.amazonses.com'))
    await expect.poll(types).toEqual(['Send', 'Delivery', 'Complaint'])
    expect(ses.events[2]).toMatchObject({
      'detail-type': 'Email Complaint Received',
      detail: {
        complaint: {
          complainedRecipients: [{ emailAddress: 'complaint+x@simulator.amazonses.com' }],
          complaintFeedbackType: 'abuse',
        },
      },
    })
  })

  it('takes recipients, tags and configuration set from the message where the call names none', async () => {
    const more = ['Cc: b@example.com', 'X-SES-MESSAGE-TAGS: request=abc, notice=done']
    await ses.send(message('a@example.com', ...more, 'X-SES-CONFIGURATION-SET: notices'))
    await expect.poll(types).toEqual(['Send', 'Delivery'])
    expect(ses.events[0]?.detail.mail).toMatchObject({
      destination: ['a@example.com', 'b@example.com'],
      tags: { request: ['abc'], notice: ['done'], 'ses:configuration-set': ['notices'] },
    })
  })

  it.each([
    ['a message without sender', 'To: an@example.com\r\n\r\nbody', {}, "'From'"],
    ['a message without recipient', 'From: privacy@shop.example\r\n\r\nbody', {}, "'To'"],
    ['no message', '', {}, 'empty'],
    [
      'a tag that SES would refuse',
      message('an@example.com'),
      { Tags: [{ Name: 'a', Value: 'b c' }] },
      'tag',
    ],
    ['more than 10 MB', message('an@example.com') + 'x'.repeat(10 * 1024 * 1024), {}, 'Message length'],
  ])('refuses %s', async (_what, raw, more, why) => {
    await expect(ses.send(raw, more)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining(why),
      $metadata: { httpStatusCode: 400 },
    })
    expect(await ses.store()).toEqual([])
    expect(ses.events).toEqual([])
  })
})

describe('what is not here', () => {
  it('refuses another action at once, as SES would', async () => {
    const sent = ses.client.send(
      new SendEmailCommand({
        Source: 'privacy@shop.example',
        Destination: { ToAddresses: ['an@example.com'] },
        Message: { Subject: { Data: 'hello' }, Body: { Text: { Data: 'body' } } },
      }),
    )
    await expect(sent).rejects.toMatchObject({ name: 'InvalidAction' })
    expect(await ses.store()).toEqual([])
  })

  it.each([
    ['GET', '/v2/email/account'],
    ['POST', '/v2/email/outbound-emails'],
    ['DELETE', '/store'],
  ])('refuses %s %s', async (method, path) => {
    const response = await fetch(ses.endpoint + path, { method })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('<Code>InvalidAction</Code>')
  })

  it.each([
    ['a web page', { origin: 'https://example.com' }],
    ['a name that is not ours', { host: 'mail.example.com' }],
  ])('refuses %s', async (_who, headers) => {
    const status = await new Promise((resolve, reject) => {
      const asked = request(`${ses.endpoint}/store`, { headers }, ({ statusCode }) => resolve(statusCode))
      asked.once('error', reject).end()
    })
    expect(status).toBe(421)
  })

  it('lets its own page clear the store', async () => {
    await ses.send(message('an@example.com'))
    await fetch(`${ses.endpoint}/clear-store`, { method: 'POST', headers: { origin: ses.endpoint } })
    expect(await ses.store()).toEqual([])
  })
})

describe('a kept data folder', () => {
  it('shows over a restart what was sent, each message as it was given', async () => {
    const dir = join(root, 'kept')
    const bytes = Buffer.concat([Buffer.from(message('an@example.com')), Buffer.from([0, 0x80, 0xff])])
    const first = await start(dir)
    await first.send(bytes, { Tags: [{ Name: 'request', Value: 'abc' }] })
    await first.send(message('b@example.com', 'Content-Type: text/html'))
    const before = await first.store()
    await first.close()

    const second = await start(dir)
    expect(before).toHaveLength(2)
    expect(await second.store()).toEqual(before)
    await second.send(message('c@example.com'))
    expect((await second.store()).map(({ destination }) => destination)).toMatchObject([
      { to: ['an@example.com'] },
      { to: ['b@example.com'] },
      { to: ['c@example.com'] },
    ])
    expect(second.events.map(({ detail }) => detail.mail.destination)).not.toContainEqual(['an@example.com'])

    const files = readdirSync(join(dir, 'sent-mail')).toSorted()
    expect(files.map((name) => name.slice(name.lastIndexOf('.')))).toEqual([
      '.eml',
      '.json',
      '.eml',
      '.json',
      '.eml',
      '.json',
    ])
    expect(files.join()).not.toMatch(/example|hello/)
    const [eml = '', json = ''] = files.map((name) => join(dir, 'sent-mail', name))
    expect(readFileSync(eml)).toEqual(bytes)
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
      destination: ['an@example.com'],
      tags: { request: ['abc'] },
    })
    expect([eml, json].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600])
    await second.close()
  })

  it('forgets what its page has cleared', async () => {
    const dir = join(root, 'cleared')
    const first = await start(dir)
    await first.send(message('an@example.com'))
    await fetch(`${first.endpoint}/clear-store`, { method: 'POST' })
    await first.send(message('b@example.com'))
    await first.close()
    const second = await start(dir)
    expect((await second.store()).map(({ destination }) => destination)).toMatchObject([
      { to: ['b@example.com'] },
    ])
    await second.close()
  })
})
