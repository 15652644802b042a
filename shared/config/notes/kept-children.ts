/** What is kept because a parent leads to it, while another holding erases the same items: only the parent protects them. */
import type { DataMap, TableHolding } from '../../data-map/data-map.ts'
import { actionKind, retainOf, tableHoldings } from '../../data-map/holdings.ts'
import { mayShareItems } from '../../data-map/shared-items.ts'
import type { Finding } from '../findings.ts'
import { hasFindOfItsOwn, KEEPING, takenBy } from '../ways.ts'

export function* keptChildrenNotes(map: DataMap): Generator<Finding> {
  const all = tableHoldings(map)
  for (const [name, child] of all) {
    const [parentName, parent] = all.find(([other]) => other === child.per) ?? []
    if (!parent || !staysUnmarked(child) || !takenBy(parent, parent)) continue
    if (hasFindOfItsOwn(child, map, ({ action }) => KEEPING.includes(actionKind(action)))) continue
    for (const [other, taking] of all) {
      const isTaken = !KEEPING.includes(actionKind(taking.action)) && mayShareItems(child, taking)
      if (other === name || taking.per === child.per || !isTaken) continue
      const problem = `is kept only while "${parentName}" leads to it: a later request no longer finds that, and may take the same items by "${other}"`
      const remedy = `keep them by a find of their own as well: a holding without \`per\`, before "${other}"`
      yield { place: `dataMap.holdings.${name}`, problem, remedy }
    }
  }
}

/** Nothing in the item tells that it was kept. */
function staysUnmarked({ action }: TableHolding): boolean {
  const retain = retainOf(action)
  return retain ? retain.keep === undefined && retain.ends.by !== 'ttl' : actionKind(action) === 'leave'
}
