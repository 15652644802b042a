/** Receives mail that is still in the inbox: its event was lost, or receiving it failed. */
import { errorName } from '../platform/errors.ts'
import { log } from '../platform/log.ts'
import type { Measure } from '../platform/measure.ts'
import { later } from '../platform/time.ts'
import { type Reception, receiveMail, type WaitingMail } from './receive.ts'

/** SES's event is retried on its own for that long. */
const LEFT_ALONE_MS = 10 * 60 * 1000
/** What is left then waits for the next run. */
const MAX_A_RUN = 100

/** SES's verdicts are lost with its event; a confirmation proves the mailbox all the same. */
const UNKNOWN = { spam: 'PROCESSING_FAILED', virus: 'PROCESSING_FAILED', dmarc: 'PROCESSING_FAILED' } as const

/** Receives what is older than ten minutes, then measures the age of the oldest mail that still waits. */
export async function sweepInbox(
  reception: Reception,
  { measure, pauseScale }: { readonly measure: Measure; readonly pauseScale: number },
): Promise<void> {
  const now = reception.clock()
  const isOld = ({ since }: WaitingMail): boolean => later(since, LEFT_ALONE_MS * pauseScale) <= now
  const old = (await reception.inbox.waiting()).filter(isOld).slice(0, MAX_A_RUN)
  for (const { id } of old) {
    try {
      await receiveMail(reception, { objectId: id, returnPath: undefined, verdicts: UNKNOWN })
    } catch (error) {
      // One message that fails must not stop the others.
      log.error('MAIL_NOT_RECEIVED', { error: errorName(error) })
    }
  }
  const [oldest] = await reception.inbox.waiting()
  const seconds = oldest ? (now.getTime() - oldest.since.getTime()) / 1000 : 0
  measure('oldestMailSeconds', Math.max(seconds, 0), {})
}
