/** Mail that nobody has dealt with: its event was lost, or dealing with it failed. */
import { errorName } from '../platform/errors.ts'
import { log } from '../platform/log.ts'
import type { Measure } from '../platform/measure.ts'
import { later } from '../platform/time.ts'
import { type Reception, receiveMail } from './receive.ts'

/** The event of SES is tried again by itself so long. */
const LEFT_ALONE_MS = 10 * 60 * 1000
/** One run's share: the next one goes on. */
const MAX_A_RUN = 100

/** What SES found out is lost with its event: whoever confirms proves the mailbox all the same. */
const UNKNOWN = { spam: 'PROCESSING_FAILED', virus: 'PROCESSING_FAILED', dmarc: 'PROCESSING_FAILED' } as const

/** Deals with what is older than ten minutes, and says how old the oldest is that still waits then. */
export async function sweepInbox(
  reception: Reception,
  { measure, pauseScale }: { readonly measure: Measure; readonly pauseScale: number },
): Promise<void> {
  const now = reception.clock()
  const isLeft = ({ since }: { readonly since: Date }): boolean =>
    later(since, LEFT_ALONE_MS * pauseScale) <= now
  const left = (await reception.inbox.waiting()).filter(isLeft).slice(0, MAX_A_RUN)
  for (const { id } of left) {
    try {
      await receiveMail(reception, { objectId: id, returnPath: undefined, verdicts: UNKNOWN })
    } catch (error) {
      // One message that cannot be dealt with must not stop the others.
      log.error('MAIL_NOT_RECEIVED', { error: errorName(error) })
    }
  }
  const [oldest] = await reception.inbox.waiting()
  const seconds = oldest ? (now.getTime() - oldest.since.getTime()) / 1000 : 0
  measure('oldestMailSeconds', Math.max(seconds, 0), {})
}
