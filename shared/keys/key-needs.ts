/** When an older key may be removed: not while anything that was made with it still has to be read. */
import { addDays } from 'date-fns/addDays'
import { addHours } from 'date-fns/addHours'
import { defined } from '../platform/defined.ts'
import { dayMade, newestFirst } from '../platform/key-ids.ts'
import { type LinkTimes, lastLinkEnds } from './tokens.ts'

export const KEY_KINDS = ['seal', 'token', 'receipt'] as const
export type KeyKind = (typeof KEY_KINDS)[number]

/** What the ledger still needs of the keys. */
export interface KeyUses {
  /** How many seals each key is needed for, by key id. */
  readonly seals: Readonly<Record<string, number>>
  /** When the oldest request with a receipt ended. ISO 8601. */
  readonly receiptsSince?: string
}

export interface KeyNeed {
  readonly id: string
  readonly isNewest: boolean
  /** Why it has to stay; absent if it may be removed. */
  readonly need?: string
}

/** So long a running function may go on with a key that it has read. Lambda ends each within hours. */
const SETTLE_HOURS = 24

/** The newest first. @param ring `changedAt`: when the secret was last written. */
export function needsOf(
  kind: KeyKind,
  ring: { readonly ids: readonly string[]; readonly changedAt: Date },
  { uses, links, now }: Needs,
): readonly KeyNeed[] {
  const ids = newestFirst(ring.ids)
  return ids.map((id, at) => {
    const next = ids[at - 1]
    if (next === undefined) return { id, isNewest: true, need: 'it is the newest, which is in use' }
    const made = dayMade(next)
    const lastUse = addHours(made ? addDays(made, 1) : ring.changedAt, SETTLE_HOURS)
    const need =
      now < lastUse
        ? `functions that run may still use it until ${minute(lastUse)}`
        : NEEDED_FOR[kind]({ id, lastUse, uses, links, now })
    return defined({ id, isNewest: false, need })
  })
}

interface Needs {
  readonly uses: KeyUses
  readonly links?: LinkTimes | undefined
  readonly now: Date
}
type OldKey = Needs & { readonly id: string; readonly lastUse: Date }

const NEEDED_FOR: Readonly<Record<KeyKind, (old: OldKey) => string | undefined>> = {
  seal({ id, uses }) {
    const seals = Object.hasOwn(uses.seals, id) ? uses.seals[id] : undefined
    return seals === undefined
      ? undefined
      : `${seals} ${seals === 1 ? 'seal' : 'seals'} in the ledger can be opened with it only`
  },
  token({ lastUse, links, now }) {
    if (!links) return undefined
    const end = lastLinkEnds(lastUse, links)
    return now < end ? `links that it signed are good until ${minute(end)}` : undefined
  },
  receipt({ lastUse, uses: { receiptsSince } }) {
    return receiptsSince !== undefined && new Date(receiptsSince) <= lastUse
      ? `requests are kept that ended by ${minute(lastUse)}, whose receipts it may have signed: the oldest at ${minute(new Date(receiptsSince))}`
      : undefined
  },
}

const minute = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
