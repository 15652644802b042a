/** Finds people whose data is due by a retention rule, and opens a request for each. */

import { rulesOf } from '../data-map/holdings.ts'
import { ruleHash } from '../data-map/map-hash.ts'
import type { RetentionRule } from '../data-map/retention.ts'
import type { RulePass } from '../ledger/ledger.ts'
import { cursorsOf } from '../person/cursors.ts'
import { usableIn } from '../person/identities.ts'
import { endOfDue } from '../person/item-dates.ts'
import { defined } from '../platform/defined.ts'
import { dayOf } from '../platform/time.ts'
import {
  futureIn,
  type JudgedItem,
  judgeItem,
  pages,
  type RetentionDeps,
  type RuleContext,
  toldUntil,
} from './rule-items.ts'
import { dailyLimit, openRequest } from './rule-requests.ts'

/** Makes one pass a day over each rule, and goes on where it stopped. @returns How many requests were opened. */
export async function sweepRetention(deps: RetentionDeps): Promise<number> {
  let opened = 0
  for (const [name, rule] of Object.entries(rulesOf(deps.map))) {
    opened += await sweepRule(deps, name, rule)
    if (deps.deadline.passed()) break
  }
  return opened
}

async function sweepRule(deps: RetentionDeps, name: string, rule: RetentionRule): Promise<number> {
  const { ledger, clock } = deps
  const hash = ruleHash(rule)
  const day = dayOf(clock())
  const { enabled, pass: before } = await ledger.ruleOf(name)
  const isEnabled = enabled?.hash === hash && !(await ledger.isPaused())
  const isSame = before?.hash === hash && before.day === day
  // A second pass on the same day: over a rule that was only counted and has been enabled since, or one that reached its
  // limit before all were counted and has been disabled since.
  if (isSame && before.isDone && (isEnabled ? before.isOpening : !before.isFull)) return 0
  const isGoingOn = isSame && !before.isDone && before.isOpening === isEnabled
  const counts = { due: 0, opened: 0, unclear: {}, ...(rule.notice && { withoutNotice: 0 }) }
  const start = isGoingOn ? before : { hash, day, ...counts, isOpening: isEnabled, isDone: false }
  return passOver({ deps, name, rule, usable: usableIn(deps.map), ...(isEnabled && { enabled }) }, start)
}

async function passOver(context: RuleContext, start: RulePass): Promise<number> {
  const { deps, name, rule, enabled } = context
  const cursors = cursorsOf(deps.sealer)
  const now = deps.clock()
  const bound = endOfDue(rule, toldUntil(context, now))
  const limit = enabled ? await dailyLimit(context) : 0
  let pass = start
  let openedNow = 0
  const first = start.place?.partition ?? 0
  for (const [n, partition] of rule.partitions.entries()) {
    if (n < first) continue
    const cursor = n === first ? await cursors.open(start.place?.after) : undefined
    for await (const { items, next } of pages(context, partition, bound, cursor?.after)) {
      const judged = items.map((item) => judgeItem(context, item, now))
      pass = counted(pass, judged)
      for (const due of enabled ? judged.filter((one) => one.is === 'due') : []) {
        const is = await openRequest(context, due, { now, limit })
        if (is === 'full') return end(deps, name, { ...pass, isFull: true }, openedNow)
        if (is === 'opened') {
          pass = { ...pass, opened: pass.opened + 1 }
          openedNow += 1
        }
      }
      if (next && deps.deadline.passed()) {
        const place = defined({ partition: n, after: await cursors.seal({ query: n, after: next }) })
        await deps.ledger.savePass(name, { ...pass, place })
        return openedNow
      }
    }
    pass = counted(pass, await futureIn(context, partition, now))
  }
  return end(deps, name, pass, openedNow)
}

/** The pass is done for the day: at the rule's last page, or at the daily limit. */
async function end(
  { ledger }: RetentionDeps,
  name: string,
  { place: _place, ...pass }: RulePass,
  opened: number,
): Promise<number> {
  await ledger.savePass(name, { ...pass, isDone: true })
  return opened
}

function counted(pass: RulePass, judged: readonly JudgedItem[]): RulePass {
  const unclear = { ...pass.unclear }
  for (const one of judged) if (one.is === 'unclear') unclear[one.why] = (unclear[one.why] ?? 0) + 1
  const due = judged.filter((one) => one.is === 'due')
  const untold = due.filter(({ address }) => address === undefined).length
  return {
    ...pass,
    due: pass.due + due.length,
    unclear,
    ...(pass.withoutNotice !== undefined && { withoutNotice: pass.withoutNotice + untold }),
  }
}
