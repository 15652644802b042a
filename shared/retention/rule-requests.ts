/** Opens the requests for items that a rule has found to be due: once for a date, up to a daily limit. */
import type { RetentionRule } from '../data-map/retention.ts'
import { openOnce } from '../intake/open-once.ts'
import { defined } from '../platform/defined.ts'
import { DAY_MS, dayOf, earliest, later, nextDay } from '../platform/time.ts'
import type { Item } from '../records/records.ts'
import { type ConfirmationCode, deriveCode, requestKeyOf } from '../requests/code.ts'
import type { Contact, DeletionRequest } from '../requests/request.ts'
import { readyFrom, scheduledFor } from '../requests/steps.ts'
import {
  type JudgedItem,
  type RetentionDeps,
  type RuleContext,
  tableKeyOf,
  tableOf,
  toldUntil,
} from './rule-items.ts'

const USUAL_PER_DAY = 100
const SHARE_OF_TABLE = 0.01

/** How many requests the rule may open a day. */
export async function dailyLimit({ deps, rule }: RuleContext): Promise<number> {
  const share = Math.floor((await deps.itemsIn(tableOf(deps, rule))) * SHARE_OF_TABLE)
  return Math.min(rule.perDay ?? USUAL_PER_DAY, Math.max(share, 1))
}

/** `known`: there is a request for the item's date already. `full`: the rule has opened its requests for the day. */
export async function openRequest(
  context: RuleContext,
  { due, date, item, identities, address }: Extract<JudgedItem, { is: 'due' }>,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<'opened' | 'known' | 'full'> {
  const { deps, name, rule, enabled } = context
  const { ledger, map, delays, deadlines, sealer, locale } = deps
  const key = Object.keys(map.tables[tableKeyOf(deps, rule)]?.key ?? {})
  const values = key.map((attribute) => JSON.stringify(plain(item[attribute])))
  const code = await freeCode(deps, rule, [name, ...values, dayOf(due)], now)
  if (!code) return 'known'
  const turns = { limit, at: now, until: nextDay(now) }
  if (!(await ledger.takeTurn(`retention#${name}#${dayOf(now)}`, turns))) return 'full'
  const told = address === undefined ? undefined : rule.notice
  const begins = told ? toldUntil(context, now) : due
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
    retention: defined({
      rule: name,
      since: date.toISOString(),
      itemsOnly: rule.itemsOnly,
      toldBefore: told?.before,
    }),
  })
  return created ? 'opened' : 'known'
}

/**
 * A date has one request. It may have another if the last one was found not to be due, because the rule or the date had
 * changed, or if its item is back. Each time the wait is longer: a person who left once and is a customer again would take
 * the turn of others every day.
 */
async function freeCode(
  { ledger, indexKey, map }: RetentionDeps,
  { holding, itemsOnly }: RetentionRule,
  fields: readonly string[],
  now: Date,
): Promise<ConfirmationCode | undefined> {
  const index = await indexKey()
  const dated = map.holdings[holding]
  const isErased = itemsOnly || (dated !== undefined && 'table' in dated && dated.action === 'erase')
  const answers = ({ state, retention, endedAt }: DeletionRequest, count: number): boolean => {
    // What was erased and is there again has been restored, or written once more.
    const isBack = isErased && state === 'completed'
    if (!isBack && !retention?.wasNotDue) return true
    const days = Math.min(2 ** count - 1, MOST_DAYS_BETWEEN)
    return endedAt !== undefined && later(endedAt, days * DAY_MS) > now
  }
  const codeAt = (count: number) => deriveCode(index, 'retention', ...fields, String(count))
  const next = await openOnce({ codeAt, most: MOST_TRIES, answers }, async (key) => ({
    request: await ledger.find(key),
  }))
  return next?.request ? undefined : next?.code
}

const MOST_TRIES = 50
const MOST_DAYS_BETWEEN = 31

const plain = (value: Item[string] | undefined): string =>
  value?.S ?? value?.N ?? (value?.B ? Buffer.from(value.B).toString('base64') : '')
