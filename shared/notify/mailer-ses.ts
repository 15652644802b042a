/** Sends by SES (v1, SendRawEmail). The client must not retry: that could send a mail twice. */
import { type SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses'
import { type Mailer, NotAccepted } from './mailer.ts'

/** Raised before anything is sent, for reasons that pass. */
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
/** Raised for this one mail. */
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
