/** Whether two holdings may find the same item, and whether one finds all that another does, as far as the map tells. */
import type { SortCondition, TableHolding, Template } from './data-map.ts'
import { conditionsOf, sharedStart, tokensOf } from './key-conditions.ts'

type Conditions = ReadonlyMap<string, SortCondition>

/** What the attributes of a holding's items are: by its `find`, and by its `owner`. */
export const conditionsIn = ({ find, owner = {} }: TableHolding): Conditions =>
  new Map([...Object.entries(owner), ...conditionsOf(find)])

/** An attribute that only one of them names may be there, and be anything. */
export function mayShareItems(one: TableHolding, other: TableHolding): boolean {
  const others = conditionsIn(other)
  return (
    one.table === other.table &&
    [...conditionsIn(one)].every(([attribute, condition]) => {
      const its = others.get(attribute)
      return its === undefined || mayBothHold(condition, its)
    })
  )
}

/** Whether one value may meet both. The values of two identities are taken to be `distinct`, or may be `alike`. */
export function mayBothHold(
  one: SortCondition,
  other: SortCondition,
  identities: 'distinct' | 'alike' = 'distinct',
): boolean {
  const [mine, others] = [beginningOf(one), beginningOf(other)]
  const at = partingOf(mine, others)
  const [my, its] = [mine.tokens[at], others.tokens[at]]
  if (my === undefined) return its === undefined || !mine.isWhole
  if (its === undefined) return !others.isWhole
  return isIdentity(my) && isIdentity(its) ? identities === 'alike' : isIdentity(my) || isIdentity(its)
}

/** Whether every value that meets `inner` meets `outer`, too. */
export function isWithin(inner: SortCondition, outer: SortCondition): boolean {
  if (typeof outer !== 'string' && !('beginsWith' in outer)) {
    return JSON.stringify(inner) === JSON.stringify(outer)
  }
  const [mine, others] = [beginningOf(inner), beginningOf(outer)]
  const isAllShared = partingOf(mine, others) === others.tokens.length
  return isAllShared && (!others.isWhole || (mine.isWhole && mine.tokens.length === others.tokens.length))
}

interface Beginning {
  readonly tokens: readonly string[]
  /** Nothing follows. */
  readonly isWhole: boolean
}

function beginningOf(condition: SortCondition): Beginning {
  const start = (template: Template): Beginning => ({ tokens: tokensOf(template), isWhole: false })
  if (typeof condition === 'string') return { ...start(condition), isWhole: true }
  if ('beginsWith' in condition) return start(condition.beginsWith)
  return start('between' in condition ? sharedStart(condition.between) : '')
}

/** How many tokens both begin with. */
function partingOf({ tokens }: Beginning, others: Beginning): number {
  const at = tokens.findIndex((token, index) => token !== others.tokens[index])
  return at < 0 ? tokens.length : at
}

const isIdentity = (token: string): boolean => token.startsWith('{')
