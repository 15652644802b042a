/** Several values in one key are looked up as they were seen together, since other combinations are other people's. */
import type { DataMap, Find } from '../../data-map/data-map.ts'
import { rulesOf, tableHoldings } from '../../data-map/holdings.ts'
import { identitiesOf } from '../../data-map/key-conditions.ts'
import type { Finding } from '../findings.ts'

export function* combinationNotes(map: DataMap): Generator<Finding> {
  const together = seenTogether(map)
  for (const [name, { find }] of tableHoldings(map)) {
    const combined = combinedIn(find, map)
    if (isSeen(combined, together)) continue
    const problem = `"${combined.join('" and "')}" are nowhere learnt together, and only what is learnt together is looked up together: it finds nothing`
    const remedy = `let one holding learn both: learns: { ${combined.map((one) => `${one}: '…'`).join(', ')} }`
    yield { place: `dataMap.holdings.${name}.find`, problem, remedy }
  }
}

/** Without the person: all of their values are one human being's, and stand beside any other. */
const combinedIn = (find: Find, { identities }: DataMap): Combination =>
  [...new Set(identitiesOf(find))].filter((name) => identities[name]?.of !== 'person')

type Combination = readonly string[]

const isSeen = (combined: Combination, together: readonly Combination[]): boolean =>
  combined.length < 2 || together.some((seen) => combined.every((one) => seen.includes(one)))

/**
 * Those with which a request begins; and of each item that can be found, the identities that it is found by and those
 * that it teaches.
 */
function seenTogether(map: DataMap): readonly Combination[] {
  const given = Object.values(rulesOf(map)).map(({ names }) => Object.keys(names))
  const grow = (together: readonly Combination[]): readonly Combination[] => {
    const found = tableHoldings(map).filter(([, { find }]) => isSeen(combinedIn(find, map), together))
    const next = [
      ...given,
      ...found.map(([, { find, learns = {} }]) => [...identitiesOf(find), ...Object.keys(learns)]),
    ]
    return next.length === together.length ? next : grow(next)
  }
  return grow(given)
}
