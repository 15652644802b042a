/** An SES receipt rule: the message into the bucket, then the function, told of it. */
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { SESEvent } from 'aws-lambda'
import { ACCOUNT, engineClient, REGION } from './engines.ts'
import type { Log } from './lambda.ts'

export const INBOX_BUCKET = 'inbox'

/** A message as SMTP has brought it. */
export interface Delivery {
  readonly raw: Buffer
  /** Empty where nobody is to be told that it could not be delivered. */
  readonly returnPath: string
  readonly recipients: readonly string[]
  readonly verdicts: Verdicts
}
export type Verdicts = Readonly<Record<'spam' | 'virus' | 'spf' | 'dkim' | 'dmarc', string>>

export interface InboxOptions {
  /** The S3 engine. */
  readonly endpoint: string
  readonly invoke: (event: SESEvent) => Promise<unknown>
  readonly log: Log
}

export interface LocalInbox {
  /** Ends when the message is stored; the function is invoked after that. */
  deliver(delivery: Delivery): Promise<void>
  close(): Promise<void>
}

/** As Lambda does for an asynchronous call: two more tries, with pauses (here shorter). */
const TRIES = 3
const PAUSE_MS = 1000

export async function openInbox({ endpoint, invoke, log }: InboxOptions): Promise<LocalInbox> {
  const client = new S3Client(engineClient(endpoint))
  const closing = new AbortController()
  await client.send(new CreateBucketCommand({ Bucket: INBOX_BUCKET })).catch(alreadyThere)

  const tell = async (event: SESEvent): Promise<void> => {
    for (let tries = 1; tries <= TRIES && !closing.signal.aborted; tries += 1) {
      try {
        await invoke(event)
        return
      } catch (error) {
        log(`inbox ${error instanceof Error ? error.name : 'failed'}; try ${tries} of ${TRIES}`)
        await pause(PAUSE_MS, undefined, { signal: closing.signal }).catch(() => {})
      }
    }
  }
  const telling = new Set<Promise<void>>()
  return {
    async deliver(delivery) {
      // As long as SES's own.
      const id = randomBytes(20).toString('hex')
      const Body = Buffer.concat([Buffer.from(headersOf(delivery)), delivery.raw])
      await client.send(new PutObjectCommand({ Bucket: INBOX_BUCKET, Key: `inbox/${id}`, Body }))
      const told = tell(eventOf(id, delivery, new Date())).finally(() => telling.delete(told))
      telling.add(told)
    },
    async close() {
      closing.abort()
      await Promise.all(telling)
      client.destroy()
    },
  }
}

function alreadyThere(error: unknown): void {
  if (error instanceof Error && /BucketAlready/.test(error.name)) return
  throw error
}

/** What SES writes in front of a message that it stores. */
const headersOf = ({ returnPath, verdicts }: Delivery): string =>
  [
    `Return-Path: <${returnPath}>`,
    `X-SES-Spam-Verdict: ${verdicts.spam}`,
    `X-SES-Virus-Verdict: ${verdicts.virus}`,
    '',
  ].join('\r\n')

/** Without headers: nothing here reads them from the event, and anybody can write them. */
function eventOf(messageId: string, { returnPath, recipients, verdicts }: Delivery, at: Date): SESEvent {
  const timestamp = at.toISOString()
  const status = (name: keyof Verdicts) => ({ status: verdicts[name] as 'PASS' })
  return {
    Records: [
      {
        eventSource: 'aws:ses',
        eventVersion: '1.0',
        ses: {
          mail: {
            timestamp,
            source: returnPath,
            messageId,
            destination: [...recipients],
            headersTruncated: false,
            headers: [],
            commonHeaders: { returnPath, date: timestamp, messageId: '', to: [...recipients] },
          },
          receipt: {
            timestamp,
            processingTimeMillis: 1,
            recipients: [...recipients],
            spamVerdict: status('spam'),
            virusVerdict: status('virus'),
            spfVerdict: status('spf'),
            dkimVerdict: status('dkim'),
            dmarcVerdict: status('dmarc'),
            action: {
              type: 'Lambda',
              functionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:email-received`,
              invocationType: 'Event',
            },
          },
        },
      },
    ],
  }
}
