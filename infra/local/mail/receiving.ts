/** Mail that comes in: an SMTP port, and behind it what SES's receipt rule does. */

import { randomBytes } from 'node:crypto'
import { S3Client } from '@aws-sdk/client-s3'
import type { SESEvent } from 'aws-lambda'
import { engineClient } from '../engines/engines.ts'
import { createBucket, INBOX_BUCKET, putObject } from '../engines/s3.ts'
import { asyncInvocations } from '../lambda/async-invocations.ts'
import type { Log } from '../lambda/lambda.ts'
import { receiptEvent, receiptHeaders } from './receipt.ts'
import { type ArrivedMail, type Smtp, startSmtp } from './smtp.ts'

export interface ReceivingOptions {
  readonly address: string
  readonly s3Endpoint: string
  /** 0: any free one. */
  readonly port: number
  readonly invoke: (event: SESEvent) => Promise<unknown>
  readonly log: Log
}

/** @throws {@link StartError} when the port is taken. */
export async function startReceiving({ address, port, ...rule }: ReceivingOptions): Promise<Smtp> {
  await createBucket(rule.s3Endpoint, INBOX_BUCKET)
  const inbox = startInbox({ ...rule, bucket: INBOX_BUCKET, functionName: 'email-received' })
  const smtp = await startSmtp({ port, address, deliver: inbox.deliver })
  return {
    ...smtp,
    async close() {
      await smtp.close()
      await inbox.close()
    },
  }
}

export interface InboxOptions {
  readonly s3Endpoint: string
  readonly bucket: string
  readonly invoke: (event: SESEvent) => Promise<unknown>
  /** As the event names it. @default inbox */
  readonly functionName?: string | undefined
  readonly log: Log
}

export interface Inbox {
  /**
   * Stores a message as `inbox/<id>` with SES's headers in front. The function is invoked afterwards.
   *
   * @returns The id, when the object is stored.
   */
  readonly deliver: (mail: ArrivedMail) => Promise<string>
  /** Waits for running invocations. */
  close(): Promise<void>
}

export function startInbox({ s3Endpoint, bucket, invoke, functionName = 'inbox', log }: InboxOptions): Inbox {
  const client = new S3Client(engineClient(s3Endpoint))
  const invocations = asyncInvocations({ invoke, name: functionName, log })

  async function deliver(mail: ArrivedMail): Promise<string> {
    const receipt = { id: messageId(), at: new Date() }
    const received = { ...mail, raw: Buffer.concat([receiptHeaders(mail, receipt), mail.raw]) }
    const event = await receiptEvent(received, receipt, functionName)
    await putObject(client, { Bucket: bucket, Key: `inbox/${receipt.id}`, Body: received.raw })
    invocations.start(event)
    return receipt.id
  }

  return {
    deliver: (mail) =>
      deliver(mail).catch((error: unknown) => {
        log(`inbox ${error instanceof Error ? error.name : 'failed'}: a message was not stored`)
        throw error
      }),
    async close() {
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
