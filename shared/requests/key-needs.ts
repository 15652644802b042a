/** When an older key may go: not while anything that was made with it is still to be read. */
import { add } from 'date-fns/add'
import { addDays } from 'date-fns/addDays'
import { addHours } from 'date-fns/addHours'
import { max } from 'date-fns/max'
import { newestFirst } from '../platform/secrets-secretsmanager.ts'
import { duration } from '../platform/time.ts'
import { WITHDRAW_DAYS } from './tokens.ts'

export type KeyKind = 'seal' | 'token' | 'receipt'
export const KEY_KINDS: readonly KeyKind[] = ['seal', 'token', 'receipt']

/** What the ledger says of keys. */
export interface KeyUses {
  /** How many seals each key is needed for. */
  readonly seals: Readonly<Record<string, number>>
  /** When the oldest request ended of which there is a receipt; ISO 8601. */
  readonly receiptsSince?: string
}

/** How long links are good for, in ISO 8601; absent where no mail is sent. */
export interface LinkTimes {
  readonly confirmWithin: string
  readonly coolingOff: string
}

export interface KeyRing {
  readonly ids: readonly string[]
  /** When the secret was last written. */
  readonly changedAt: Date
}

export interface KeyNeed {
  readonly id: string
  readonly isNewest: boolean
  /** Why it has to stay; absent if nothing needs it. */
  readonly need?: string
}

/** As long as a running function may go on with what it has read. Lambda ends each of them within hours. */
const SETTLE_HOURS = 24

/** The newest first. */
export function needsOf(
  kind: KeyKind,
  ring: KeyRing,
  {
    uses,
    links,
    now,
  }: { readonly uses: KeyUses; readonly links?: LinkTimes | undefined; readonly now: Date },
): readonly KeyNeed[] {
  const ids = newestFirst(Object.fromEntries(ring.ids.map((id) => [id, ''])))
  return ids.map((id, at) => {
    const next = ids[at - 1]
    if (next === undefined) return { id, isNewest: true, need: 'it is the newest, which is in use' }
    const lastUse = addHours(madeBy(next) ?? ring.changedAt, SETTLE_HOURS)
    const need =
      now < lastUse
        ? `functions that run may still use it until ${minute(lastUse)}`
        : NEEDED_FOR[kind]({ id, lastUse, uses, links, now })
    return { id, isNewest: false, ...(need !== undefined && { need }) }
  })
}

interface Old {
  readonly id: string
  readonly lastUse: Date
  readonly uses: KeyUses
  readonly links: LinkTimes | undefined
  readonly now: Date
}

const NEEDED_FOR: Readonly<Record<KeyKind, (old: Old) => string | undefined>> = {
  seal({ id, uses }) {
    const seals = Object.hasOwn(uses.seals, id) ? uses.seals[id] : undefined
    return seals === undefined
      ? undefined
      : `${seals} ${seals === 1 ? 'seal' : 'seals'} in the ledger can be opened with it only`
  },
  token({ lastUse, links, now }) {
    if (!links) return undefined
    const end = max([
      add(lastUse, duration(links.confirmWithin)),
      addDays(
        links.coolingOff === 'none' ? lastUse : add(lastUse, duration(links.coolingOff)),
        WITHDRAW_DAYS,
      ),
    ])
    return now < end ? `links that it signed are good until ${minute(end)}` : undefined
  },
  receipt({ lastUse, uses: { receiptsSince } }) {
    return receiptsSince !== undefined && new Date(receiptsSince) <= lastUse
      ? `requests are kept that ended by ${minute(lastUse)}, whose receipts it may have signed: the oldest at ${minute(new Date(receiptsSince))}`
      : undefined
  },
}

/** The id of the next key: it says on which day it was made. */
export const nextKeyId = (newest: string, now: Date): string =>
  `k${Number(/^k(\d+)/.exec(newest)?.[1] ?? 0) + 1}-${now.toISOString().slice(0, 10)}`

/** The end of the day that its id names. */
function madeBy(id: string): Date | undefined {
  const day = /^k\d+-(\d{4}-\d{2}-\d{2})$/.exec(id)?.[1]
  const made = day === undefined ? undefined : new Date(day)
  return made && !Number.isNaN(made.getTime()) ? addDays(made, 1) : undefined
}

const minute = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
