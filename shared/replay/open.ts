/** Opens the requests of people whom a replay has found again: ordinary ones, with their original deadline. */
import pMap from 'p-map'
import type { DataMap } from '../data-map/data-map.ts'
import { isTableHolding } from '../data-map/holdings.ts'
import { parseTemplate } from '../data-map/template.ts'
import type { Sealer } from '../keys/seal.ts'
import type { BegunErasure, Ledger } from '../ledger/ledger.ts'
import { count, type Identities, merge, ofKinds, templatesIn } from '../person/identities.ts'
import type { Delays } from '../platform/delays.ts'
import { ServiceError } from '../platform/errors.ts'
import { deriveCode, type RequestKey, requestKeyOf } from '../requests/code.ts'
import { isFinal } from '../requests/lifecycle.ts'
import type { DeletionRequest } from '../requests/request.ts'
import { readyFrom } from '../requests/steps.ts'
import type { Replay } from './replay.ts'

export interface Reopening {
  readonly map: DataMap
  readonly ledger: Pick<Ledger, 'begun' | 'find' | 'forgetFound' | 'foundAgain' | 'open'>
  readonly sealer: Sealer
  readonly indexKey: () => Promise<string>
  readonly delays: Delays
}

export interface Reopened {
  readonly requests: readonly RequestKey[]
  /** How many of them are new. */
  readonly opened: number
}

const CONCURRENCY = 16
/** The same table may be restored to the same state again. */
const MAX_TIMES = 20
/** A row has room for so many, beside the values of the person. */
const RECORDS_PER_REQUEST = 300

/** @param keys Of the requests that erased the people who are back. */
export async function openAgain(
  reopening: Reopening,
  replay: Replay,
  { keys, by, now }: { readonly keys: readonly RequestKey[]; readonly by: string; readonly now: Date },
): Promise<Reopened> {
  const all = await pMap(keys, (key) => openOne(reopening, replay, { key, by, now }), {
    concurrency: CONCURRENCY,
  })
  const requests = all.flat()
  return {
    requests: requests.map(({ key }) => key),
    opened: requests.filter(({ created }) => created).length,
  }
}

type Opened = { readonly key: RequestKey; readonly created: boolean }

async function openOne(
  { map, ledger, sealer, indexKey, delays }: Reopening,
  { name }: Replay,
  { key, by, now }: { readonly key: RequestKey; readonly by: string; readonly now: Date },
): Promise<readonly Opened[]> {
  const found = await Promise.all(
    // Sealed by this system, in the shape Identities has.
    (await ledger.foundAgain(name, key)).map((sealed) => sealer.open(sealed) as Promise<Identities>),
  )
  const row = await ledger.find(key)
  const original: BegunErasure | DeletionRequest | undefined = row ?? (await ledger.begun(key))
  if (!original)
    throw new ServiceError('NOT_FOUND', 'the ledger knows nothing of a request that was found again')
  const { channel, app, scope, receivedAt, dueAt, keeps } = original
  const index = await indexKey()
  const isRecord = (one: Identities): boolean => count(ofKinds(map, one, ['record'])) > 0
  const [records, persons] = [found.filter(isRecord), found.filter((one) => !isRecord(one))]
  const opened: Opened[] = []
  for (let from = 0; from === 0 || from < records.length; from += RECORDS_PER_REQUEST) {
    const named = [...persons, ...records.slice(from, from + RECORDS_PER_REQUEST)].reduce(merge, {})
    const identity = await sealer.seal(named)
    const alone = aloneIn(map, named)
    const request = (as: RequestKey): DeletionRequest => ({
      ...readyFrom(now, delays),
      key: as,
      // Whoever has the code of a lost request finds it again as it was.
      channel: as === key ? channel : 'operator',
      ...(app !== undefined && { app }),
      scope,
      receivedAt,
      dueAt,
      identity,
      doubts: [],
      ...(as !== key && { repeats: original.repeats ?? key }),
      ...(keeps && { keeps }),
      ...(row?.confirmed && { confirmed: row.confirmed }),
      ...(alone.length > 0 && { alone }),
      opened: { by, reason: `replay of ${name}` },
    })
    const part = String(from / RECORDS_PER_REQUEST)
    const derived = Array.from({ length: MAX_TIMES }, (_, time) =>
      requestKeyOf(deriveCode(index, 'replay', key, name, part, String(time))),
    )
    opened.push(await openFirst(ledger, [...(row || from > 0 ? [] : [key]), ...derived], request))
  }
  await ledger.forgetFound(name, key)
  return opened
}

/** Holdings whose parents may be gone: the records that they are found by are named. */
const aloneIn = ({ identities, holdings }: DataMap, named: Identities): readonly string[] =>
  Object.entries(holdings).flatMap(([name, holding]) => {
    if (!isTableHolding(holding) || holding.per === undefined) return []
    const templates = templatesIn(holding).flatMap((template) => parseTemplate(template).identities)
    const records = templates.filter((one) => identities[one]?.of === 'record')
    return records.some((one) => named[one]) ? [name] : []
  })

/** Of one that is final they are back again: the table was restored once more. */
async function openFirst(
  ledger: Pick<Ledger, 'open'>,
  keys: readonly RequestKey[],
  request: (as: RequestKey) => DeletionRequest,
): Promise<Opened> {
  for (const key of keys) {
    const { request: there, created } = await ledger.open(request(key))
    if (created || !isFinal(there.state)) return { key, created }
  }
  throw new ServiceError('TOO_MANY_REQUESTS', 'a person is back after every erasure of this replay')
}
