/** Opens the request of what a rule has found to be due: once for a date, and so many a day. */
import type { RetentionRule } from '../data-map/data-map.ts'
import { DAY_MS, dayOf, earliest, later } from '../platform/time.ts'
import type { Item } from '../records/records.ts'
import { type ConfirmationCode, deriveCode, requestKeyOf } from '../requests/code.ts'
import type { Contact } from '../requests/request.ts'
import { readyFrom, scheduledFor } from '../requests/steps.ts'
import {
  type Judged,
  type Passing,
  type RetentionSweep,
  tableKeyOf,
  tableOf,
  toldUntil,
} from './rule-items.ts'

const USUAL_PER_DAY = 100
const SHARE_OF_TABLE = 0.01

export async function dailyLimit({ sweep, rule }: Passing): Promise<number> {
  const share = Math.floor((await sweep.itemsIn(tableOf(sweep, rule))) * SHARE_OF_TABLE)
  return Math.min(rule.perDay ?? USUAL_PER_DAY, Math.max(share, 1))
}

export async function openOne(
  passing: Passing,
  { due, date, item, identities, address }: Extract<Judged, { is: 'due' }>,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<'opened' | 'known' | 'full'> {
  const { sweep, name, rule, enabled } = passing
  const { ledger, map, delays, deadlines, sealer, locale } = sweep
  const key = Object.keys(map.tables[tableKeyOf(sweep, rule)]?.key ?? {})
  const values = key.map((attribute) => JSON.stringify(plain(item[attribute])))
  const code = await freeCode(sweep, rule, [name, ...values, dayOf(due)], now)
  if (!code) return 'known'
  const day = dayOf(now)
  const until = new Date(`${dayOf(later(now, DAY_MS))}T00:00:00Z`)
  if (!(await ledger.takeTurn(`retention#${name}#${day}`, { limit, at: now, until }))) return 'full'
  const told = address === undefined ? undefined : rule.notice
  const begins = told ? toldUntil(passing, now) : due
  const fellDue = new Date(Math.max(begins.getTime(), enabled ? new Date(enabled.at).getTime() : 0))
  const contact: Contact | undefined =
    address === undefined ? undefined : { address, locales: [locale], code }
  const { created } = await ledger.open({
    ...(told ? scheduledFor(begins, now) : readyFrom(now, delays)),
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
 * and those whose item is back. Those are asked about more and more seldom: whoever has left once and is a customer again
 * would take the turn of others every day.
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

const plain = (value: Item[string] | undefined): string =>
  value?.S ?? value?.N ?? (value?.B ? Buffer.from(value.B).toString('base64') : '')
