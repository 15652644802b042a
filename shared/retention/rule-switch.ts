/** Retention rules, as the operator lists, enables and disables them. */
import type { DataMap } from '../data-map/data-map.ts'
import { rulesOf } from '../data-map/holdings.ts'
import { ruleHash } from '../data-map/map-hash.ts'
import type { IsoDuration } from '../data-map/retention.ts'
import type { EnabledRule, RulePass, Rules } from '../ledger/ledger.ts'
import { defined } from '../platform/defined.ts'
import { ServiceError } from '../platform/errors.ts'

export interface ListedRule {
  readonly name: string
  readonly holding: string
  readonly after: IsoDuration
  /** How long before people are told; they count as due from then on. */
  readonly toldBefore?: IsoDuration
  /** `changed`: the rule was enabled in another wording than it has now. Only `enabled` opens requests. */
  readonly is: 'enabled' | 'changed' | 'reporting'
  readonly enabled?: Pick<EnabledRule, 'by' | 'at'>
  /** The last pass over the rule as it is now. */
  readonly pass?: Omit<RulePass, 'hash' | 'place'>
}

export const listRules = (map: DataMap, rules: Pick<Rules, 'ruleOf'>) =>
  Promise.all(
    Object.entries(rulesOf(map)).map(async ([name, rule]): Promise<ListedRule> => {
      const hash = ruleHash(rule)
      const { enabled, pass } = await rules.ruleOf(name)
      const is: ListedRule['is'] = !enabled ? 'reporting' : enabled.hash === hash ? 'enabled' : 'changed'
      return defined({
        name,
        holding: rule.holding,
        after: rule.after,
        toldBefore: rule.notice?.before,
        is,
        enabled: enabled && { by: enabled.by, at: enabled.at },
        pass: pass?.hash === hash ? withoutPlace(pass) : undefined,
      })
    }),
  )

const withoutPlace = ({ hash: _hash, place: _place, ...pass }: RulePass) => pass

/**
 * Lets a rule open requests from its next pass on.
 *
 * @param expect How many are due, as the operator has read it.
 * @throws {@link ServiceError} `BAD_REQUEST` for a rule that the map does not have, that has not been counted, or that
 * counts another number.
 */
export async function enableRule(
  map: DataMap,
  rules: Pick<Rules, 'ruleOf' | 'enableRule'>,
  name: string,
  { expect, by, at }: { readonly expect: number; readonly by: string; readonly at: Date },
): Promise<void> {
  const hash = ruleHash(ruleNamed(map, name))
  const { pass } = await rules.ruleOf(name)
  if (pass?.hash !== hash || !pass.isDone || pass.isFull) {
    throw badRequest('the rule as it is now has not been counted yet: that happens every hour')
  }
  if (pass.due !== expect) throw badRequest(`on ${pass.day} ${pass.due} were due by it, not ${expect}`)
  await rules.enableRule(name, { hash, by, at: at.toISOString() })
}

/** At once: an open request that has not begun to erase is withdrawn when its turn comes. */
export async function disableRule(
  map: DataMap,
  rules: Pick<Rules, 'enableRule'>,
  name: string,
): Promise<void> {
  ruleNamed(map, name)
  await rules.enableRule(name, undefined)
}

function ruleNamed(map: DataMap, name: string) {
  const retention = rulesOf(map)
  const rule = Object.hasOwn(retention, name) ? retention[name] : undefined
  if (rule) return rule
  const known = Object.keys(retention).join(', ') || 'none is in the data map'
  throw badRequest(`there is no such retention rule: ${known}`)
}

const badRequest = (message: string): ServiceError => new ServiceError('BAD_REQUEST', message)
