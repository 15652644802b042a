import { describe, expect, it } from 'vitest'
import type { DataMap } from '../../../shared/data-map/data-map.ts'
import { countGone, NOTHING, owedBy, withOwed } from '../../../shared/erasure/outcome.ts'
import type { ResidueReason } from '../../../shared/requests/problem.ts'
import { SMALL_MAP } from '../../fixtures/companies/small-company.ts'

const byFunction = { function: 'arn', action: 'erase', category: 'messages', scope: 'account' } as const
const MAP: DataMap = {
  ...SMALL_MAP,
  holdings: { ...SMALL_MAP.holdings, tickets: byFunction, mails: { ...byFunction, category: 'profile' } },
}
const left = (holding: string, items: number, why: ResidueReason = 'not_done') => ({ holding, items, why })

describe('what functions hold', () => {
  it('is planned as often as it was ever counted', () => {
    expect(withOwed({ tickets: { items: 2 }, orders: { items: 1 } }, { tickets: 3, mails: 4 })).toEqual({
      tickets: { items: 3 },
      orders: { items: 1 },
      mails: { items: 4 },
    })
    expect(withOwed({ tickets: { items: 5 } }, { tickets: 3 })).toEqual({ tickets: { items: 5 } })
    expect(withOwed({ tickets: { items: 5 } })).toEqual({ tickets: { items: 5 } })
  })

  it('counts once a look finds it gone, and not what tables hold', () => {
    const planned = { tickets: { items: 5 }, mails: { items: 2 }, orders: { items: 9 } }
    expect(countGone(MAP, { planned, done: NOTHING }, [])).toEqual({
      done: {
        ...NOTHING,
        erased: [
          { category: 'messages', items: 5 },
          { category: 'profile', items: 2 },
        ],
      },
    })
  })

  it.each([
    ['what is left', [left('tickets', 2)], 3, 2],
    ['what is left in several lines', [left('tickets', 2), left('tickets', 1)], 2, 3],
    ['all that is left, though more came', [left('tickets', 9)], 0, 9],
    ['nothing of what it may keep', [left('tickets', 2, 'kept_by_function')], 5, undefined],
    ['nothing of what others have left', [left('mails', 2), left('orders', 2)], 5, undefined],
    ['all, where the look failed', [left('tickets', 1, 'function_failed'), left('tickets', 1)], 0, 5],
  ])('owes %s', (_what, residue, counted, owed) => {
    const { done, ...rest } = countGone(MAP, { planned: { tickets: { items: 5 } }, done: NOTHING }, residue)
    expect(done.erased).toEqual(counted > 0 ? [{ category: 'messages', items: counted }] : [])
    expect(rest).toEqual(owed === undefined ? {} : { owedByFunctions: { tickets: owed } })
  })

  it('is still owed under another map, if that has the function', () => {
    const planned = { tickets: { items: 2 }, orders: { items: 1 } }
    const owed = { mails: 3, vanished: 4 }
    expect(owedBy(MAP, planned, owed)).toEqual({ tickets: 2, mails: 3 })
    expect(owedBy(MAP, planned)).toEqual({ tickets: 2 })
    expect(owedBy(SMALL_MAP, planned, owed)).toBeUndefined()
  })
})
