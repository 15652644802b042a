/** What a rule of the data map finds in its index, and what each item is to it. */
import type { DataMap, Locale, RetentionRule } from '../data-map/data-map.ts'
import type { Sealer } from '../keys/seal.ts'
import type { EnabledRule, Ledger } from '../ledger/ledger.ts'
import type { Identities, Usable } from '../person/identities.ts'
import { readDueDate, startOfFuture } from '../person/item-dates.ts'
import type { Delays } from '../platform/delays.ts'
import { addressIn } from '../platform/email-address.ts'
import { after } from '../platform/time.ts'
import type { Item, Key, RecordQuery, Records, SortRange } from '../records/records.ts'

export interface RetentionSweep {
  readonly map: DataMap
  /** Names of the company's tables by map key, as deployed. */
  readonly tables: Readonly<Record<string, string>>
  readonly records: Pick<Records, 'page'>
  readonly ledger: Pick<Ledger, 'ruleOf' | 'savePass' | 'isPaused' | 'takeTurn' | 'find' | 'open'>
  readonly sealer: Sealer
  readonly indexKey: () => Promise<string>
  readonly delays: Delays
  readonly clock: () => Date
  readonly timeZone: string
  /** What people are told in. */
  readonly locale: Locale
  /** ISO 8601; the earliest sets `dueAt`. */
  readonly deadlines: readonly string[]
  /** About how many items a table has. */
  readonly itemsIn: (table: string) => Promise<number>
  readonly outOfTime: () => boolean
}

/** A pass over one rule. */
export interface Passing {
  readonly sweep: RetentionSweep
  readonly name: string
  readonly rule: RetentionRule
  readonly usable: Usable
  readonly enabled?: EnabledRule
}

const PAGE = 100

export type Judged =
  | {
      readonly is: 'due'
      readonly due: Date
      readonly date: Date
      readonly identities: Identities
      readonly item: Item
      /** Of a rule that tells people, where there is one to write to. */
      readonly address?: string
    }
  | { readonly is: 'not_yet' }
  | { readonly is: 'unclear'; readonly why: string }

/** Whoever is due by then is told now. */
export const toldUntil = ({ sweep, rule: { notice } }: Passing, now: Date): Date =>
  notice ? after(now, notice.before, sweep.timeZone) : now

export function judgeItem(passing: Passing, item: Item, now: Date): Judged {
  const { sweep, rule, usable } = passing
  const { date, no } = readDueDate({ format: rule.format, timeZone: sweep.timeZone }, item[rule.from], now)
  if (!date) return { is: 'unclear', why: no }
  const due = after(date, rule.after, sweep.timeZone)
  const address = rule.notice && addressIn(item[rule.notice.email]?.S ?? '')
  if (due > (address === undefined ? now : toldUntil(passing, now))) return { is: 'not_yet' }
  const named = Object.entries(rule.names).map(([identity, attribute]) => {
    const value = item[attribute]
    return [identity, usable(identity, value?.S ?? value?.N ?? '')] as const
  })
  const known = named.flatMap(([identity, value]) =>
    value === undefined ? [] : [[identity, [value]] as const],
  )
  if (known.length === 0) return { is: 'unclear', why: 'names_nobody' }
  return {
    is: 'due',
    due,
    date,
    item,
    identities: Object.fromEntries(known),
    ...(address !== undefined && { address }),
  }
}

export async function futureIn(passing: Passing, partition: string, now: Date): Promise<readonly Judged[]> {
  const { rule } = passing
  const seen: Judged[] = []
  for await (const { items } of pages(passing, partition, startOfFuture(rule, now), undefined, 'from')) {
    seen.push(...items.map((item) => judgeItem(passing, item, now)))
    if (seen.length >= MOST_IN_FUTURE) break
  }
  return seen
}

/** More of them say no more. */
const MOST_IN_FUTURE = 1000

export const tableKeyOf = ({ map }: RetentionSweep, { holding }: RetentionRule): string => {
  const found = map.holdings[holding]
  if (!found || !('table' in found)) throw new TypeError(`there is no holding ${holding} in a table`)
  return found.table
}
export const tableOf = (sweep: RetentionSweep, rule: RetentionRule): string =>
  sweep.tables[tableKeyOf(sweep, rule)] ?? ''

export async function* pages(
  { sweep, rule }: Passing,
  partition: string,
  bound: Item[string],
  from?: Key,
  test: SortRange['test'] = 'to',
) {
  const table = sweep.map.tables[tableKeyOf(sweep, rule)]
  const keys = table?.indexes?.[rule.index]?.key ?? {}
  const [attribute = ''] = Object.keys(keys)
  const query: RecordQuery = {
    table: tableOf(sweep, rule),
    index: rule.index,
    partition: { attribute, value: keys[attribute] === 'N' ? { N: partition } : { S: partition } },
    sort: { attribute: rule.from, test, values: [bound] },
    attributes: [
      ...new Set([
        ...Object.keys(table?.key ?? {}),
        rule.from,
        ...Object.values(rule.names),
        ...(rule.notice ? [rule.notice.email] : []),
      ]),
    ],
    limit: PAGE,
  }
  let place = from
  do {
    const page = await sweep.records.page(query, place)
    yield page
    place = page.next
  } while (place)
}
