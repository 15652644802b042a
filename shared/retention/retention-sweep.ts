/** Looks for people whose data is due by a rule of the data map, and opens a request for each. */

import type { RetentionRule } from '../data-map/data-map.ts'
import { rulesOf } from '../data-map/holdings.ts'
import { ruleHash } from '../data-map/map-hash.ts'
import type { RulePass } from '../ledger/ledger.ts'
import { cursorsOf } from '../person/cursors.ts'
import { usableIn } from '../person/identities.ts'
import { endOfDue } from '../person/item-dates.ts'
import { dayOf } from '../platform/time.ts'
import {
  futureIn,
  type Judged,
  judgeItem,
  type Passing,
  pages,
  type RetentionSweep,
  toldUntil,
} from './rule-items.ts'
import { dailyLimit, openOne } from './rule-requests.ts'

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
        const is = await openOne(passing, one, { now, limit })
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
