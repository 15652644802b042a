/** From the user ids of a list by Meta to rows of the ledger, one conditional write each. */
import pMap from 'p-map'
import type { MetaApp } from '../config/define.ts'
import { isOpen, type Opened, type OpenedRequests, openedRequests, openOnce } from '../intake/open-once.ts'
import { ServiceError } from '../platform/errors.ts'
import { earliest } from '../platform/time.ts'
import { deriveCode } from '../requests/code.ts'
import { readyFrom } from '../requests/steps.ts'
import type { MetaIntake } from './intake.ts'

export interface ListIntake extends Omit<MetaIntake, 'config'> {
  /** ISO 8601; the earliest sets `dueAt`. */
  readonly deadlines: readonly string[]
}

export interface ListedId {
  readonly userId: string
  /** The day of the list in UTC, `YYYY-MM-DD`. */
  readonly day: string
  /** Whether there are records under the id now. */
  readonly isFound: boolean
}

/** An id that has records again after so many erasures for one list needs a person to look at it. */
const MAX_PER_LIST = 20

/**
 * Opens a request for each id. One whose request for this list has ended gets another only if it has records again.
 *
 * @throws {@link ServiceError} `TOO_MANY_REQUESTS` for an id that has had records again too often.
 */
export async function openListRequests(
  { ledger, sealer, indexKey, delays, deadlines }: ListIntake,
  { name, app }: { readonly name: string; readonly app: Pick<MetaApp, 'identity' | 'scope'> },
  ids: readonly ListedId[],
  now: Date,
): Promise<OpenedRequests> {
  const index = await indexKey()
  const openOne = async ({ userId, day, isFound }: ListedId): Promise<Opened> => {
    const identity = await sealer.seal({ [app.identity]: [userId] })
    const opened = await openOnce(
      {
        codeAt: (count) => deriveCode(index, 'list', name, userId, day, String(count)),
        most: MAX_PER_LIST,
        answers: (request) => isOpen(request) || !isFound,
      },
      (key) =>
        ledger.open({
          ...readyFrom(now, delays),
          key,
          channel: 'list',
          app: name,
          scope: app.scope,
          receivedAt: now,
          dueAt: earliest(now, deadlines),
          identity,
          doubts: [],
        }),
    )
    if (opened) return { request: opened.request.key, created: opened.created }
    throw new ServiceError('TOO_MANY_REQUESTS', 'an id of the list has had records again after every erasure')
  }
  return openedRequests(await pMap(ids, openOne, { concurrency: 16 }))
}
