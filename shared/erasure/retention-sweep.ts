/** Looks for people whose data is due by a rule of the data map, and opens a request for each. */
import { type DataMap, type Locale, type RetentionRule, rulesOf } from '../config/data-map.ts'
import { ruleHash } from '../config/map-hash.ts'
import { addressIn } from '../platform/email-address.ts'
import type { Pauses } from '../platform/pauses.ts'
import { after, dayOf, earliest, later } from '../platform/time.ts'
import { type ConfirmationCode, deriveCode, requestKeyOf } from '../requests/code.ts'
import type { EnabledRule, Ledger, RulePass } from '../requests/ledger.ts'
import type { Contact } from '../requests/request.ts'
import type { Sealer } from '../requests/seal.ts'
import { readyFrom, scheduledFor } from '../requests/steps.ts'
import { cursorsOf } from './checkpoint.ts'
import { endOfDue, saidBy, startOfFuture } from './due.ts'
import { type Identities, type Usable, usableIn } from './identities.ts'
import type { Item, Key, RecordQuery, Records, SortRange } from './records.ts'

export interface RetentionSweep {
  readonly map: DataMap
  /** Names of the company's tables by map key, as deployed. */
  readonly tables: Readonly<Record<string, string>>
  readonly records: Pick<Records, 'page'>
  readonly ledger: Pick<Ledger, 'ruleOf' | 'savePass' | 'isPaused' | 'takeTurn' | 'find' | 'open'>
  readonly sealer: Sealer
  readonly indexKey: () => Promise<string>
  readonly pauses: Pauses
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

const PAGE = 100
const USUAL_PER_DAY = 100
const SHARE_OF_TABLE = 0.01

/** One pass a day over each rule, from where the one before it stopped. @returns How many requests were opened. */
export async function sweepRetention(sweep: RetentionSweep): Promise<number> {
  let opened = 0
  for (const [name, rule] of Object.entries(rulesOf(sweep.map))) {
    opened += await sweepRule(sweep, name, rule)
    if (sweep.outOfTime()) break
  }
  return opened
}

async function sweepRule(sweep: RetentionSweep, name: string, rule: RetentionRule): Promise<number> {
  const { ledger, clock } = sweep
  const hash = ruleHash(rule)
  const day = dayOf(clock())
  const { enabled, pass: before } = await ledger.ruleOf(name)
  const isEnabled = enabled?.hash === hash && !(await ledger.isPaused())
  const isSame = before?.hash === hash && before.day === day
  // Passed over again: what was counted only and is enabled since, and what came to its limit, before all were counted, and
  // opens nothing any more.
  if (isSame && before.isDone && (isEnabled ? before.isOpening : !before.isFull)) return 0
  const isGoingOn = isSame && !before.isDone && before.isOpening === isEnabled
  const start: RulePass = isGoingOn
    ? before
    : {
        hash,
        day,
        due: 0,
        opened: 0,
        unclear: {},
        ...(rule.notice && { withoutNotice: 0 }),
        isOpening: isEnabled,
        isDone: false,
      }
  return passOver({ sweep, name, rule, usable: usableIn(sweep.map), ...(isEnabled && { enabled }) }, start)
}

interface Passing {
  readonly sweep: RetentionSweep
  readonly name: string
  readonly rule: RetentionRule
  readonly usable: Usable
  readonly enabled?: EnabledRule
}

async function passOver(passing: Passing, start: RulePass): Promise<number> {
  const { sweep, name, rule, enabled } = passing
  const cursors = cursorsOf(sweep.sealer)
  const now = sweep.clock()
  const bound = endOfDue(rule, toldUntil(passing, now))
  const limit = enabled ? await dailyLimit(passing) : 0
  let pass = start
  let openedNow = 0
  const first = start.place?.partition ?? 0
  for (const [n, partition] of rule.partitions.entries()) {
    if (n < first) continue
    const place = n === first ? await cursors.open(start.place?.after) : undefined
    for await (const { items, next } of pages(passing, partition, bound, place?.after)) {
      const seen = items.map((item) => judgeItem(passing, item, now))
      pass = counted(pass, seen)
      for (const one of enabled ? seen.filter((each) => each.is === 'due') : []) {
        const is = await openOne(passing, one, { now, limit, enabled })
        if (is === 'full') return end(sweep, name, { ...pass, isFull: true }, openedNow)
        if (is === 'opened') {
          pass = { ...pass, opened: pass.opened + 1 }
          openedNow += 1
        }
      }
      if (next && sweep.outOfTime()) {
        const sealed = await cursors.seal({ query: n, after: next })
        await sweep.ledger.savePass(name, {
          ...pass,
          place: { partition: n, ...(sealed !== undefined && { after: sealed }) },
        })
        return openedNow
      }
    }
    pass = counted(pass, await futureIn(passing, partition, now))
  }
  return end(sweep, name, pass, openedNow)
}

/** With the day's last one, or the rule's last page: the next pass is tomorrow's. */
async function end(
  { ledger }: RetentionSweep,
  name: string,
  { place: _place, ...pass }: RulePass,
  opened: number,
): Promise<number> {
  await ledger.savePass(name, { ...pass, isDone: true })
  return opened
}

async function dailyLimit({ sweep, rule }: Passing): Promise<number> {
  const share = Math.floor((await sweep.itemsIn(tableOf(sweep, rule))) * SHARE_OF_TABLE)
  return Math.min(rule.perDay ?? USUAL_PER_DAY, Math.max(share, 1))
}

type Judged =
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
const toldUntil = ({ sweep, rule: { notice } }: Passing, now: Date): Date =>
  notice ? after(now, notice.before, sweep.timeZone) : now

function judgeItem(passing: Passing, item: Item, now: Date): Judged {
  const { sweep, rule, usable } = passing
  const { date, no } = saidBy({ format: rule.format, timeZone: sweep.timeZone }, item[rule.from], now)
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

function counted(pass: RulePass, seen: readonly Judged[]): RulePass {
  const unclear = { ...pass.unclear }
  for (const one of seen) if (one.is === 'unclear') unclear[one.why] = (unclear[one.why] ?? 0) + 1
  const due = seen.filter((one) => one.is === 'due')
  const untold = due.filter(({ address }) => address === undefined).length
  return {
    ...pass,
    due: pass.due + due.length,
    unclear,
    ...(pass.withoutNotice !== undefined && { withoutNotice: pass.withoutNotice + untold }),
  }
}

async function openOne(
  passing: Passing,
  { due, date, item, identities, address }: Extract<Judged, { is: 'due' }>,
  {
    now,
    limit,
    enabled,
  }: { readonly now: Date; readonly limit: number; readonly enabled: EnabledRule | undefined },
): Promise<'opened' | 'known' | 'full'> {
  const { sweep, name, rule } = passing
  const { ledger, map, pauses, deadlines, sealer, locale } = sweep
  const key = Object.keys(map.tables[tableKeyOf(sweep, rule)]?.key ?? {})
  const values = key.map((attribute) => JSON.stringify(plain(item[attribute])))
  const code = await freeCode(sweep, rule, [name, ...values, dayOf(due)], now)
  if (!code) return 'known'
  const day = dayOf(now)
  const until = new Date(`${dayOf(new Date(now.getTime() + DAY_MS))}T00:00:00Z`)
  if (!(await ledger.takeTurn(`retention#${name}#${day}`, { limit, at: now, until }))) return 'full'
  const told = address === undefined ? undefined : rule.notice
  const begins = told ? toldUntil(passing, now) : due
  const fellDue = new Date(Math.max(begins.getTime(), enabled ? new Date(enabled.at).getTime() : 0))
  const contact: Contact | undefined =
    address === undefined ? undefined : { address, locales: [locale], code }
  const { created } = await ledger.open({
    ...(told ? scheduledFor(begins, now) : readyFrom(now, pauses)),
    key: requestKeyOf(code),
    channel: 'retention',
    scope: 'account',
    receivedAt: now,
    dueAt: earliest(fellDue, deadlines),
    identity: await sealer.seal(identities),
    ...(contact && { contact: await sealer.seal(contact) }),
    doubts: [],
    retention: {
      rule: name,
      since: date.toISOString(),
      ...(rule.itemsOnly && { itemsOnly: rule.itemsOnly }),
      ...(told && { toldBefore: told.before }),
    },
  })
  return created ? 'opened' : 'known'
}

/**
 * One request for a date, but for those that were found not to be due, under another rule or with another date meanwhile,
 * and those whose item is back. Those are asked about more and more seldom: whoever has left once and is a customer again would take the turn of others
 * every day.
 */
async function freeCode(
  { ledger, indexKey, map }: RetentionSweep,
  { holding, itemsOnly }: RetentionRule,
  fields: readonly string[],
  now: Date,
): Promise<ConfirmationCode | undefined> {
  const index = await indexKey()
  const dated = map.holdings[holding]
  const isErased = itemsOnly || (dated !== undefined && 'table' in dated && dated.action === 'erase')
  for (let count = 0; count < MOST_TRIES; count += 1) {
    const code = deriveCode(index, 'retention', ...fields, String(count))
    const found = await ledger.find(requestKeyOf(code))
    if (!found) return code
    // What was erased and is there again has been restored, or written once more.
    const isBack = isErased && found.state === 'completed'
    if (!isBack && !found.retention?.wasNotDue) return undefined
    const days = Math.min(2 ** count - 1, MOST_DAYS_BETWEEN)
    if (found.endedAt && later(found.endedAt, days * DAY_MS) > now) return undefined
  }
  return undefined
}

const MOST_TRIES = 50
const MOST_DAYS_BETWEEN = 31
const DAY_MS = 24 * 3600 * 1000

const plain = (value: Item[string] | undefined): string =>
  value?.S ?? value?.N ?? (value?.B ? Buffer.from(value.B).toString('base64') : '')

async function futureIn(passing: Passing, partition: string, now: Date): Promise<readonly Judged[]> {
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

const tableKeyOf = ({ map }: RetentionSweep, { holding }: RetentionRule): string => {
  const found = map.holdings[holding]
  if (!found || !('table' in found)) throw new TypeError(`there is no holding ${holding} in a table`)
  return found.table
}
const tableOf = (sweep: RetentionSweep, rule: RetentionRule): string =>
  sweep.tables[tableKeyOf(sweep, rule)] ?? ''

async function* pages(
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
