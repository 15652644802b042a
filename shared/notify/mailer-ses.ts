/** Mails by SES (v1, SendRawEmail). The client must not try again by itself: a second try could send twice. */
import { type SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses'
import { type Mailer, NotAccepted } from './mailer.ts'

/** Said before anything is sent, and not for ever. */
const LATER = [
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'AccountSendingPausedException',
  'ConfigurationSetSendingPausedException',
  'MailFromDomainNotVerifiedException',
  'ConfigurationSetDoesNotExistException',
  'AccessDenied',
  'AccessDeniedException',
  'ExpiredToken',
]
/** About this very mail. */
const REJECTED = ['MessageRejected', 'InvalidParameterValue', 'ValidationError', 'BadRequestException']

export const sesMailer = (
  client: SESClient,
  { configurationSet }: { readonly configurationSet: string },
): Mailer => ({
  async send({ raw, from, to, tags }) {
    try {
      const { MessageId: messageId } = await client.send(
        new SendRawEmailCommand({
          RawMessage: { Data: raw },
          Source: from,
          Destinations: [to],
          ConfigurationSetName: configurationSet,
          Tags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
        }),
      )
      if (messageId === undefined) throw new TypeError('SES gave the mail no id')
      return { messageId }
    } catch (cause) {
      const name = cause instanceof Error ? cause.name : ''
      if (LATER.includes(name)) throw new NotAccepted('try_later', { cause })
      if (REJECTED.includes(name)) throw new NotAccepted('rejected', { cause })
      throw cause
    }
  },
})
