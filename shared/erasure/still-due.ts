/** Whether a request that fell due by a rule still is, by the person's items as they are now. */

import { rulesOf } from '../data-map/holdings.ts'
import { ruleHash } from '../data-map/map-hash.ts'
import { type ComingBack, DEAUTHORIZE, type IsoDuration } from '../data-map/retention.ts'
import type { Rules } from '../ledger/ledger.ts'
import { type DueDate, readDueDate } from '../person/item-dates.ts'
import { pagesOf } from '../person/pages.ts'
import type { ReadyHolding } from '../person/ready-map.ts'
import type { Work } from '../person/work.ts'
import { after } from '../platform/time.ts'
import type { DeletionRequest } from '../requests/request.ts'

/** When erasures begin without a request of the person's, beside the rules of the map. */
export interface DueRules {
  readonly timeZone: string
  /** Of apps whose people are erased when they have removed it, and stayed away. */
  readonly deauthorize: Readonly<
    Record<string, { readonly after: IsoDuration; readonly cameBack: ComingBack }>
  >
}

/** `unclear`: a person has to look. */
export type Due = 'due' | 'not_due' | 'unclear'

interface Asked {
  readonly dueRules: DueRules
  readonly rules: Pick<Rules, 'ruleOf'>
  readonly request: DeletionRequest
  readonly work: Work
  readonly now: Date
}

/** Reads consistently. A request that a person made is always due. */
export async function isStillDue(asked: Asked): Promise<Due> {
  const { retention } = asked.request
  if (!retention) return 'due'
  return retention.rule === DEAUTHORIZE
    ? hasStayedAway(asked, new Date(retention.since))
    : isDueByRule(asked, retention.rule)
}

/** One date after the notice is enough to stay. If the time has been made longer since, a person has to look. */
async function hasStayedAway({ dueRules, request, work, now }: Asked, since: Date): Promise<Due> {
  const app = dueRules.deauthorize[request.app ?? '']
  // The configuration ignores such notices by now.
  if (!app) return 'not_due'
  const dates = await datesOf(work, { ...app.cameBack, timeZone: dueRules.timeZone }, now)
  if (dates.some(({ date, no }) => no === 'future' || (date && date > since))) return 'not_due'
  const isEarly = after(since, app.after, dueRules.timeZone) > now
  return isEarly || dates.some(({ no }) => no !== undefined) ? 'unclear' : 'due'
}

/** By the rule as it was enabled, and by all dates of the person's. An unreadable date is never due. */
async function isDueByRule({ dueRules, rules, work, now }: Asked, name: string): Promise<Due> {
  const rule = rulesOf(work.map)[name]
  if (!rule || (await rules.ruleOf(name)).enabled?.hash !== ruleHash(rule)) return 'not_due'
  const dates = await datesOf(work, { ...rule, timeZone: dueRules.timeZone }, now)
  const isPast = ({ date }: DueDate): boolean =>
    date !== undefined && after(date, rule.after, dueRules.timeZone) <= now
  // A rule for single items leaves those whose time is not over.
  const isDue = rule.itemsOnly ? dates.some(isPast) : dates.length > 0 && dates.every(isPast)
  return isDue ? 'due' : 'not_due'
}

async function datesOf(
  work: Work,
  { holding, from, ...written }: ComingBack & Pick<DueRules, 'timeZone'>,
  now: Date,
): Promise<readonly DueDate[]> {
  const dates: DueDate[] = []
  for await (const { items } of pagesOf(work, readWhole(work, holding), work.identities)) {
    dates.push(...items.map((item) => readDueDate(written, item[from], now)))
  }
  return dates
}

/** Of any scope, and with all attributes: the date may be in none that the work itself needs. */
function readWhole({ everywhere }: Work, name: string): ReadyHolding {
  const holding = everywhere.roots.find((one) => one.name === name)
  if (!holding) throw new TypeError(`there is no holding ${name} to read dates from`)
  const { attributes: _some, ...whole } = holding
  return whole
}
