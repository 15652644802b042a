/** What the home page and the mails promise of a deletion, read from the data map. */
import type { DataMap, Holding } from '../data-map/data-map.ts'
import { actionKind, isTableHolding, retainOf, tableHoldings } from '../data-map/holdings.ts'
import type { IsoDuration } from '../data-map/retention.ts'
import { shortestDeadline } from './deadlines.ts'
import type { DeletionConfig, MetaApp } from './define.ts'

export interface Promises {
  /** Words of `categories`, each once, in the order of the data map. */
  readonly erased: readonly string[]
  readonly redacted: readonly string[]
  readonly retained: readonly {
    readonly category: string
    /** A word of `reasons`. */
    readonly reason: string
    /** From the date that the reason counts from. */
    readonly for: IsoDuration
  }[]
  /** Meta products whose requests erase only what came from Meta. */
  readonly platformOnly: readonly MetaApp['product'][]
  /** The shortest deadline that applies. */
  readonly within: IsoDuration
}

export function promisesOf({ apps, deadlines, dataMap }: DeletionConfig): Promises {
  const platform = Object.values(apps).filter(({ scope }) => scope === 'platform')
  return {
    erased: categoriesOf(dataMap, 'erase'),
    redacted: categoriesOf(dataMap, 'redact'),
    retained: retainedCategories(dataMap),
    platformOnly: [...new Set(platform.map(({ product }) => product))],
    within: shortestDeadline(deadlines),
  }
}

const categoriesOf = ({ holdings }: DataMap, kind: 'erase' | 'redact'): readonly string[] => [
  ...new Set(
    Object.values(holdings)
      .filter((holding) => kindOf(holding) === kind)
      .map(({ category }) => category),
  ),
]

/** Functions and people outside DynamoDB only erase. */
const kindOf = (holding: Holding) => (isTableHolding(holding) ? actionKind(holding.action) : 'erase')

function retainedCategories(map: DataMap): Promises['retained'] {
  const all = tableHoldings(map).flatMap(([, { category, action }]) => {
    const retain = retainOf(action)
    return retain ? [{ category, reason: retain.because, for: retain.until.for }] : []
  })
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()]
}
