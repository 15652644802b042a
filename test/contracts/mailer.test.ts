import { SESClient } from '@aws-sdk/client-ses'
import PostalMime from 'postal-mime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engineClient } from '../../infra/local/engines/engines.ts'
import { startSes } from '../../infra/local/mail/ses.ts'
import { openDataFolder } from '../../infra/local/state/data-folder.ts'
import { type Mail, NotAccepted } from '../../shared/notify/mailer.ts'
import { sesMailer } from '../../shared/notify/mailer-ses.ts'
import { mimeOf } from '../../shared/notify/mime.ts'
import { until } from '../fixtures/system/sample-system.ts'

let ses: Awaited<ReturnType<typeof startSes>>
let release: () => void
const events: unknown[] = []
beforeAll(async () => {
  const folder = await openDataFolder()
  release = () => folder.release()
  ses = await startSes(folder, (event) => void events.push(event))
})
afterAll(async () => {
  await ses.close()
  release()
})

const clientOf = () => new SESClient({ ...engineClient(ses.endpoint), maxAttempts: 1 })
const configurationSet = 'deletion'

async function aMail(): Promise<Mail> {
  const message = { subject: 'Xoá dữ liệu', text: 'Chào bạn', html: '<p>Chào bạn</p>' }
  const raw = await mimeOf(message, {
    from: 'delete@mail.example.com',
    name: 'Ví Dụ',
    to: 'an@example.com',
    date: new Date(),
    isAnswer: true,
    locales: ['vi'],
  })
  return {
    raw,
    from: 'delete@mail.example.com',
    to: 'an@example.com',
    tags: { request: 'a1'.repeat(32), notice: '3' },
  }
}

describe('a mail by SES', () => {
  it('is accepted, arrives as it was written, and is reported with its tags', async () => {
    const { messageId } = await sesMailer(clientOf(), { configurationSet }).send(await aMail())
    const shown = (await (await fetch(`${ses.endpoint}/store`)).json()) as {
      readonly emails: readonly {
        readonly messageId: string
        readonly subject: string
        readonly body: { readonly text: string }
      }[]
    }
    expect(shown.emails.find((one) => one.messageId === messageId)).toMatchObject({ subject: 'Xoá dữ liệu' })
    await until(
      () => events.length,
      (count) => count >= 2,
    )
    expect(events[0]).toMatchObject({
      source: 'aws.ses',
      detail: { eventType: 'Send', mail: { messageId, tags: { request: ['a1'.repeat(32)], notice: ['3'] } } },
    })
  })

  it('goes out once, with the configuration set, to exactly the one address', async () => {
    const client = clientOf()
    const sent: unknown[] = []
    client.middlewareStack.add(
      (next) => async (args) => {
        sent.push(args.input)
        return next(args)
      },
      { step: 'initialize' },
    )
    const mail = await aMail()
    await sesMailer(client, { configurationSet }).send(mail)
    expect(sent).toEqual([
      {
        RawMessage: { Data: mail.raw },
        Source: 'delete@mail.example.com',
        Destinations: ['an@example.com'],
        ConfigurationSetName: 'deletion',
        Tags: [
          { Name: 'request', Value: 'a1'.repeat(32) },
          { Name: 'notice', Value: '3' },
        ],
      },
    ])
    expect((await PostalMime.parse(mail.raw)).text?.trim()).toBe('Chào bạn')
  })

  it.each([
    ['MessageRejected', 'rejected'],
    ['InvalidParameterValue', 'rejected'],
    ['Throttling', 'try_later'],
    ['AccountSendingPausedException', 'try_later'],
    ['MailFromDomainNotVerifiedException', 'try_later'],
    ['AccessDenied', 'try_later'],
  ] as const)('that SES answers with %s was not accepted: %s', async (name, why) => {
    const failure = await failing(Object.assign(new Error('an@example.com is not verified'), { name }))
    expect(failure).toBeInstanceOf(NotAccepted)
    expect(failure).toMatchObject({ why, message: expect.not.stringContaining('an@example.com') })
  })

  it.each(['TimeoutError', 'InternalFailure', 'ECONNRESET'])(
    'that ends in %s may have gone out',
    async (name) => {
      const failure = await failing(Object.assign(new Error('lost'), { name }))
      expect(failure).not.toBeInstanceOf(NotAccepted)
      expect(failure).toMatchObject({ name })
    },
  )
})

async function failing(error: Error): Promise<unknown> {
  const client = clientOf()
  client.middlewareStack.add(
    () => async () => {
      throw error
    },
    { step: 'initialize' },
  )
  return sesMailer(client, { configurationSet })
    .send(await aMail())
    .catch((failure: unknown) => failure)
}
