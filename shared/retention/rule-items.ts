/** The items that a retention rule finds in its index, and whether each is due. */
import type { DataMap, Locale } from '../data-map/data-map.ts'
import type { RetentionRule } from '../data-map/retention.ts'
import type { Sealer } from '../keys/seal.ts'
import type { EnabledRule, Ledger } from '../ledger/ledger.ts'
import type { Identities, Usable } from '../person/identities.ts'
import { readDueDate, startOfFuture } from '../person/item-dates.ts'
import type { Deadline } from '../platform/deadline.ts'
import type { Delays } from '../platform/delays.ts'
import { addressIn } from '../platform/email-address.ts'
import { after } from '../platform/time.ts'
import type { Item, Key, RecordQuery, Records, SortRange } from '../records/records.ts'

export interface RetentionDeps {
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
  /** The language of the mails. */
  readonly locale: Locale
  /** ISO 8601; the earliest sets `dueAt`. */
  readonly deadlines: readonly string[]
  /** About how many items a table has, by its name in DynamoDB. */
  readonly itemsIn: (table: string) => Promise<number>
  readonly deadline: Deadline
}

/** What a pass over one rule works with. */
export interface RuleContext {
  readonly deps: RetentionDeps
  readonly name: string
  readonly rule: RetentionRule
  readonly usable: Usable
  /** Absent if the rule only reports. */
  readonly enabled?: EnabledRule
}

const PAGE = 100

export type JudgedItem =
  | {
      readonly is: 'due'
      readonly due: Date
      readonly date: Date
      readonly identities: Identities
      readonly item: Item
      /** Where a rule with a notice has an address to write to. */
      readonly address?: string
    }
  | { readonly is: 'not_yet' }
  | { readonly is: 'unclear'; readonly why: string }

/** People whose data is due by then are told now. */
export const toldUntil = ({ deps, rule: { notice } }: RuleContext, now: Date): Date =>
  notice ? after(now, notice.before, deps.timeZone) : now

export function judgeItem(context: RuleContext, item: Item, now: Date): JudgedItem {
  const { deps, rule, usable } = context
  const { date, no } = readDueDate({ format: rule.format, timeZone: deps.timeZone }, item[rule.from], now)
  if (!date) return { is: 'unclear', why: no }
  const due = after(date, rule.after, deps.timeZone)
  const address = rule.notice && addressIn(item[rule.notice.email]?.S ?? '')
  if (due > (address === undefined ? now : toldUntil(context, now))) return { is: 'not_yet' }
  const known = Object.entries(rule.names).flatMap(([identity, attribute]) => {
    const values = usable.spellings(identity, item[attribute]?.S ?? item[attribute]?.N ?? '')
    return values.length === 0 ? [] : [[identity, values] as const]
  })
  if (known.length === 0) return { is: 'unclear', why: 'names_nobody' }
  const identities = Object.fromEntries(known)
  return { is: 'due', due, date, item, identities, ...(address !== undefined && { address }) }
}

/** Items with dates that cannot be right: counted, so that the operator looks at them. */
export async function futureIn(context: RuleContext, partition: string, now: Date): Promise<JudgedItem[]> {
  const { rule } = context
  const judged: JudgedItem[] = []
  for await (const { items } of pages(context, partition, startOfFuture(rule, now), undefined, 'from')) {
    judged.push(...items.map((item) => judgeItem(context, item, now)))
    if (judged.length >= MOST_IN_FUTURE) break
  }
  return judged
}

/** More of them would tell no more. */
const MOST_IN_FUTURE = 1000

export const tableKeyOf = ({ map }: RetentionDeps, { holding }: RetentionRule): string => {
  const found = map.holdings[holding]
  if (!found || !('table' in found)) throw new TypeError(`there is no holding ${holding} in a table`)
  return found.table
}
export const tableOf = (deps: RetentionDeps, rule: RetentionRule): string =>
  deps.tables[tableKeyOf(deps, rule)] ?? ''

/** @param bound The end of the range, or with `test` `from` its beginning. */
export async function* pages(
  { deps, rule }: RuleContext,
  partition: string,
  bound: Item[string],
  from?: Key,
  test: SortRange['test'] = 'to',
) {
  const table = deps.map.tables[tableKeyOf(deps, rule)]
  const keys = table?.indexes?.[rule.index]?.key ?? {}
  const [attribute = ''] = Object.keys(keys)
  const named = [...Object.values(rule.names), ...(rule.notice ? [rule.notice.email] : [])]
  const attributes = [...Object.keys(table?.key ?? {}), rule.from, ...named]
  const query: RecordQuery = {
    table: tableOf(deps, rule),
    index: rule.index,
    partition: { attribute, value: keys[attribute] === 'N' ? { N: partition } : { S: partition } },
    sort: { attribute: rule.from, test, values: [bound] },
    attributes: [...new Set(attributes)],
    limit: PAGE,
  }
  let after = from
  do {
    const page = await deps.records.page(query, after)
    yield page
    after = page.next
  } while (after)
}
