/** From the user ids of a list by Meta to rows of the ledger, one conditional write each. */
import pMap from 'p-map'
import type { MetaApp } from '../config/define.ts'
import { isOpen, openOnce } from '../intake/open-once.ts'
import type { Sealer } from '../keys/seal.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Delays } from '../platform/delays.ts'
import { ServiceError } from '../platform/errors.ts'
import { earliest } from '../platform/time.ts'
import { deriveCode, type RequestKey } from '../requests/code.ts'
import { readyFrom } from '../requests/steps.ts'

export interface ListIntake {
  readonly ledger: Pick<Ledger, 'open'>
  readonly sealer: Pick<Sealer, 'seal'>
  readonly indexKey: () => Promise<string>
  readonly delays: Delays
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

export interface OpenedFromList {
  /** In the order of the ids. */
  readonly requests: readonly RequestKey[]
  /** How many of them are new. */
  readonly opened: number
}

const CONCURRENCY = 16
/** An id that has records again after so many erasures for one list needs a person to look at it. */
const MAX_PER_LIST = 20

/**
 * Opens a request for each id. One whose request for this list has ended gets another only if it has records again.
 *
 * @throws {@link ServiceError} `TOO_MANY_REQUESTS` for an id that has had records again too often.
 */
export async function openListRequests(
  intake: ListIntake,
  { name, app }: { readonly name: string; readonly app: Pick<MetaApp, 'identity' | 'scope'> },
  ids: readonly ListedId[],
  now: Date,
): Promise<OpenedFromList> {
  const index = await intake.indexKey()
  const all = await pMap(ids, (id) => openOne(intake, { name, app, index }, id, now), {
    concurrency: CONCURRENCY,
  })
  return {
    requests: all.map(({ request }) => request),
    opened: all.filter(({ created }) => created).length,
  }
}

async function openOne(
  { ledger, sealer, delays, deadlines }: ListIntake,
  { name, app, index }: { name: string; app: Pick<MetaApp, 'identity' | 'scope'>; index: string },
  { userId, day, isFound }: ListedId,
  now: Date,
): Promise<{ readonly request: RequestKey; readonly created: boolean }> {
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
  if (!opened) {
    throw new ServiceError('TOO_MANY_REQUESTS', 'an id of the list has had records again after every erasure')
  }
  return { request: opened.request.key, created: opened.created }
}
