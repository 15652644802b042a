/** Opens ordinary requests, with the original deadline, for people whom a replay has found again. */
import pMap from 'p-map'
import type { DataMap } from '../data-map/data-map.ts'
import { isTableHolding } from '../data-map/holdings.ts'
import { parseTemplate } from '../data-map/template.ts'
import {
  isOpen,
  type Occasion,
  type Opened,
  type OpenedRequests,
  openedRequests,
  openOnce,
} from '../intake/open-once.ts'
import type { Sealer } from '../keys/seal.ts'
import type { BegunErasure } from '../ledger/erasures.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { count, type Identities, merge, ofKinds, templatesIn } from '../person/identities.ts'
import { defined } from '../platform/defined.ts'
import type { Delays } from '../platform/delays.ts'
import { ServiceError } from '../platform/errors.ts'
import { deriveCode, type RequestKey } from '../requests/code.ts'
import type { DeletionRequest } from '../requests/request.ts'
import { readyFrom } from '../requests/steps.ts'
import type { Replay } from './replay.ts'

export interface ReopenDeps {
  readonly map: DataMap
  readonly ledger: Pick<Ledger, 'begun' | 'find' | 'forgetFound' | 'foundAgain' | 'open'>
  readonly sealer: Sealer
  readonly indexKey: () => Promise<string>
  readonly delays: Delays
}

/** A table may be restored to the same state several times. */
const MAX_TIMES = 20
/** As many as a row has room for, beside the person's own values. */
const RECORDS_PER_REQUEST = 300

/** @param keys The requests that erased the people who are back. */
export async function openAgain(
  deps: ReopenDeps,
  replay: Replay,
  { keys, by, now }: { readonly keys: readonly RequestKey[]; readonly by: string; readonly now: Date },
): Promise<OpenedRequests> {
  const all = await pMap(keys, (key) => openFor(deps, replay, { key, by, now }), { concurrency: 16 })
  return openedRequests(all.flat())
}

async function openFor(
  { map, ledger, sealer, indexKey, delays }: ReopenDeps,
  { name }: Replay,
  { key, by, now }: { readonly key: RequestKey; readonly by: string; readonly now: Date },
): Promise<readonly Opened[]> {
  const found = await Promise.all(
    // Sealed by this system, in the shape of Identities.
    (await ledger.foundAgain(name, key)).map((sealed) => sealer.open(sealed) as Promise<Identities>),
  )
  const row = await ledger.find(key)
  const original: BegunErasure | DeletionRequest | undefined = row ?? (await ledger.begun(key))
  if (!original) throw new ServiceError('NOT_FOUND', 'the ledger has no request that was found again')
  const { channel, app, scope, receivedAt, dueAt, keeps, repeats = key } = original
  const index = await indexKey()
  const opened: Opened[] = []
  for (const [part, named] of partsOf(map, found).entries()) {
    const alone = aloneIn(map, named)
    const common = defined({
      app,
      scope,
      receivedAt,
      dueAt,
      identity: await sealer.seal(named),
      doubts: [],
      keeps,
      confirmed: row?.confirmed,
      alone: alone.length > 0 ? alone : undefined,
      opened: { by, reason: `replay of ${name}` },
    })
    const request = (as: RequestKey): DeletionRequest => ({
      ...readyFrom(now, delays),
      ...common,
      key: as,
      // The code of a request that the ledger has lost leads to the request as it was.
      ...(as === key ? { channel } : { channel: 'operator', repeats }),
    })
    const lost = row || part > 0 ? undefined : await ledger.open(request(key))
    opened.push(
      lost && (lost.created || isOpen(lost.request))
        ? { request: key, created: lost.created }
        : await openDerived(ledger, request, (time) =>
            deriveCode(index, 'replay', key, name, String(part), String(time)),
          ),
    )
  }
  await ledger.forgetFound(name, key)
  return opened
}

/** What was found, for one request each: the person's values, and as many records as a request has room for. */
function partsOf(map: DataMap, found: readonly Identities[]): readonly Identities[] {
  const isRecord = (one: Identities): boolean => count(ofKinds(map, one, ['record'])) > 0
  const records = found.filter(isRecord)
  const person = found.filter((one) => !isRecord(one))
  return Array.from({ length: Math.max(1, Math.ceil(records.length / RECORDS_PER_REQUEST)) }, (_, part) => {
    const some = records.slice(part * RECORDS_PER_REQUEST, (part + 1) * RECORDS_PER_REQUEST)
    return [...person, ...some].reduce(merge, {})
  })
}

/** Holdings to work without their parents, which may be gone: the record identities that they need are known. */
const aloneIn = ({ identities, holdings }: DataMap, named: Identities): readonly string[] =>
  Object.entries(holdings).flatMap(([name, holding]) => {
    if (!isTableHolding(holding) || holding.per === undefined) return []
    const templates = templatesIn(holding).flatMap((template) => parseTemplate(template).identities)
    const records = templates.filter((one) => identities[one]?.of === 'record')
    return records.some((one) => named[one]) ? [name] : []
  })

/** After a request that has ended, the person has come back: the table was restored once more. */
async function openDerived(
  ledger: Pick<Ledger, 'open'>,
  request: (as: RequestKey) => DeletionRequest,
  codeAt: Occasion['codeAt'],
): Promise<Opened> {
  const opened = await openOnce({ codeAt, most: MAX_TIMES }, (key) => ledger.open(request(key)))
  if (!opened)
    throw new ServiceError('TOO_MANY_REQUESTS', 'a person is back after every erasure of this replay')
  return { request: opened.request.key, created: opened.created }
}
