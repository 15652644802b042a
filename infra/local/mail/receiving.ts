/** Mail that comes in: an SMTP port, and behind it what SES's receipt rule does. */
import type { SESEvent } from 'aws-lambda'
import { createBucket, INBOX_BUCKET } from '../engines/s3.ts'
import type { Log } from '../lambda/lambda.ts'
import { startInbox } from './inbox.ts'
import { type Smtp, startSmtp } from './smtp.ts'

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
