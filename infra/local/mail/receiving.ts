/** Mail that comes in: an SMTP port, and behind it what a receipt rule of SES does. */
import { randomBytes } from 'node:crypto'
import { S3Client } from '@aws-sdk/client-s3'
import type { SESEvent } from 'aws-lambda'
import { errorName } from '../../../shared/platform/errors.ts'
import { engineClient } from '../engines/engines.ts'
import { createBucket, INBOX_BUCKET, putObject } from '../engines/s3.ts'
import { asyncInvocations } from '../lambda/async-invocations.ts'
import type { Log } from '../lambda/lambda.ts'
import { receiptEvent, receiptHeaders } from './receipt.ts'
import { type ArrivedMail, type Smtp, startSmtp } from './smtp.ts'

/** The function that the receipt rule invokes. */
const FUNCTION = 'email-received'

interface InboxOptions {
  readonly s3Endpoint: string
  readonly bucket: string
  readonly invoke: (event: SESEvent) => Promise<unknown>
  readonly log: Log
}

/** @param address The only one whose mail is taken. */
export async function startReceiving(address: string, rule: Omit<InboxOptions, 'bucket'>): Promise<Smtp> {
  await createBucket(rule.s3Endpoint, INBOX_BUCKET)
  const inbox = startInbox({ ...rule, bucket: INBOX_BUCKET })
  const smtp = await startSmtp({ port: 0, address, deliver: inbox.deliver })
  return {
    ...smtp,
    async close() {
      await smtp.close()
      await inbox.close()
    },
  }
}

export function startInbox({ s3Endpoint, bucket, invoke, log }: InboxOptions) {
  const client = new S3Client(engineClient(s3Endpoint))
  const invocations = asyncInvocations(FUNCTION, log)
  return {
    /**
     * Stores a message as `inbox/<id>` with SES's headers in front, then invokes the function.
     *
     * @returns The id, as soon as the object is stored.
     */
    deliver: async (mail: ArrivedMail): Promise<string> => {
      const receipt = { id: messageId(), at: new Date() }
      const raw = Buffer.concat([receiptHeaders(mail, receipt), mail.raw])
      try {
        const event = await receiptEvent({ ...mail, raw }, receipt, FUNCTION)
        await putObject(client, { Bucket: bucket, Key: `inbox/${receipt.id}`, Body: raw })
        invocations.start(() => invoke(event))
      } catch (error) {
        log(`inbox ${errorName(error)}: a message was not stored`)
        throw error
      }
      return receipt.id
    },
    /** Waits for running invocations. */
    async close(): Promise<void> {
      await invocations.close()
      client.destroy()
    },
  }
}

/** Forty small letters and digits, as SES has them. */
const messageId = (): string =>
  BigInt(`0x${randomBytes(32).toString('hex')}`)
    .toString(36)
    .padStart(40, '0')
    .slice(-40)
