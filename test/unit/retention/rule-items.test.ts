import { describe, expect, it } from 'vitest'
import type { RetentionRule } from '../../../shared/data-map/retention.ts'
import { usableIn } from '../../../shared/person/identities.ts'
import type { Item, RecordQuery, Records } from '../../../shared/records/records.ts'
import {
  futureIn,
  judgeItem,
  pages,
  type RuleContext,
  tableOf,
} from '../../../shared/retention/rule-items.ts'
import { NOW } from '../../fixtures/companies/request.ts'
import { LEFT, retentionMap } from '../../fixtures/companies/retention-company.ts'

const NOTICE = { before: 'P7D', email: 'email' } as const
const s = (S: string) => ({ S })

/** The context of a rule whose index answers with these pages. */
function contextOf(rule: RetentionRule, answers: readonly (readonly Item[])[] = [[]]) {
  const map = retentionMap(rule)
  const asked: { readonly query: RecordQuery; readonly after: unknown }[] = []
  const page: Records['page'] = async (query, after) => {
    asked.push({ query, after })
    const items = answers[asked.length - 1] ?? []
    return { items, ...(asked.length < answers.length && { next: { id: s(String(asked.length)) } }) }
  }
  const deps = { map, tables: { accounts: 'Accounts' }, records: { page }, timeZone: 'UTC' }
  // Only what judging and paging need.
  return { of: { deps, name: 'left', rule, usable: usableIn(map) } as unknown as RuleContext, asked }
}

/** NOW is the 22nd of November 2026, 8 o'clock. */
const judged = (item: Item, more: Partial<RetentionRule> = {}) =>
  judgeItem(contextOf({ ...LEFT, ...more }).of, item, NOW)

describe('an item that a rule finds', () => {
  it('is due from its moment on, and names whom it is about', () => {
    const item = { id: s('a'), leftAt: s('2026-05-22T08:00:00Z') }
    expect(judged(item)).toEqual({
      is: 'due',
      due: NOW,
      date: new Date('2026-05-22T08:00:00Z'),
      item,
      identities: { userId: ['a'] },
    })
    expect(judged({ ...item, leftAt: s('2026-05-22T08:00:00.001Z') })).toEqual({ is: 'not_yet' })
    const names = { userId: 'id', facebookId: 'fb' }
    expect(judged({ ...item, fb: { N: '7' } }, { names })).toMatchObject({
      identities: { userId: ['a'], facebookId: ['7'] },
    })
    expect(judged(item, { names })).toMatchObject({ identities: { userId: ['a'] } })
  })

  it('names an address in its normal form and as it is stored', () => {
    const { of } = contextOf({ ...LEFT, names: { email: 'email' } })
    const identities = { email: { of: 'person', normalise: 'email' } } as const
    const usable = usableIn({ ...of.deps.map, identities })
    const item = { email: s('An@Example.com'), leftAt: s('2026-05-22T08:00:00Z') }
    expect(judgeItem({ ...of, usable }, item, NOW)).toMatchObject({
      identities: { email: ['an@example.com', 'An@Example.com'] },
    })
    expect(judgeItem({ ...of, usable }, { ...item, email: s('an@example.com/x') }, NOW)).toEqual({
      is: 'unclear',
      why: 'names_nobody',
    })
  })

  it('is not clear without a date, or without anybody', () => {
    expect(judged({ id: s('a') })).toEqual({ is: 'unclear', why: 'absent' })
    expect(judged({ id: s(''), leftAt: s('2026-01-01') })).toEqual({ is: 'unclear', why: 'names_nobody' })
    expect(judged({ leftAt: s('2026-01-01') })).toEqual({ is: 'unclear', why: 'names_nobody' })
  })

  it('is told of before, where there is somebody to tell', () => {
    const item = { id: s('a'), leftAt: s('2026-05-29T08:00:00Z') }
    expect(judged(item, { notice: NOTICE })).toEqual({ is: 'not_yet' })
    expect(judged({ ...item, email: s('no address') }, { notice: NOTICE })).toEqual({ is: 'not_yet' })
    expect(judged({ ...item, email: s('an@example.com') }, { notice: NOTICE })).toMatchObject({
      is: 'due',
      due: new Date('2026-11-29T08:00:00Z'),
      address: 'an@example.com',
    })
    expect(judged({ ...item, email: s('an@example.com') })).toEqual({ is: 'not_yet' })
  })
})

describe('an index of a rule', () => {
  const read = async (rule: RetentionRule, answers?: readonly (readonly Item[])[]) => {
    const { of, asked } = contextOf(rule, answers)
    await Array.fromAsync(pages(of, '7', s('2026')))
    return asked
  }

  it('is asked for a partition up to a date, for no more than is needed, page after page', async () => {
    const asked = await read({ ...LEFT, notice: NOTICE }, [[], []])
    expect(asked).toEqual([
      {
        query: {
          table: 'Accounts',
          index: 'byLeft',
          partition: { attribute: 'contract', value: { S: '7' } },
          sort: { attribute: 'leftAt', test: 'to', values: [s('2026')] },
          attributes: ['id', 'leftAt', 'email'],
          limit: 100,
        },
        after: undefined,
      },
      expect.objectContaining({ after: { id: s('1') } }),
    ])
    expect((await read(LEFT))[0]?.query.attributes).toEqual(['id', 'leftAt'])
  })

  it('is asked for a number, where its partition is one', async () => {
    const { of, asked } = contextOf(LEFT)
    const { accounts } = of.deps.map.tables
    if (!accounts) throw new Error('the map has accounts')
    const indexes = { byLeft: { key: { contract: 'N', leftAt: 'S' } } } as const
    const map = { ...of.deps.map, tables: { accounts: { ...accounts, indexes } } }
    await Array.fromAsync(pages({ ...of, deps: { ...of.deps, map } }, '7', s('2026')))
    expect(asked[0]?.query.partition).toEqual({ attribute: 'contract', value: { N: '7' } })
  })

  it('is looked through for dates in the future until there are a thousand', async () => {
    const page = Array.from({ length: 400 }, () => ({ id: s('a'), leftAt: s('2099-01-01') }))
    const { of, asked } = contextOf(LEFT, [page, page, page, page])
    const seen = await futureIn(of, 'left', NOW)
    expect([seen.length, asked.length]).toEqual([1200, 3])
    expect(seen[0]).toEqual({ is: 'unclear', why: 'future' })
    expect(asked[0]?.query.sort?.test).toBe('from')
    const few = contextOf(LEFT, [page.slice(0, 3), page.slice(0, 2)])
    expect(await futureIn(few.of, 'left', NOW)).toHaveLength(5)
    const thousand = contextOf(LEFT, [page.slice(0, 400), page.slice(0, 400), page.slice(0, 200), page])
    expect(await futureIn(thousand.of, 'left', NOW)).toHaveLength(1000)
  })

  it('is of a holding in a table: another is a defect', () => {
    const { of } = contextOf(LEFT)
    const holdings = {
      ...of.deps.map.holdings,
      paper: { manual: { vi: 'x', en: 'x' }, category: 'account', scope: 'account' },
    } as const
    const deps = { ...of.deps, map: { ...of.deps.map, holdings } }
    expect(tableOf(deps, LEFT)).toBe('Accounts')
    for (const holding of ['paper', 'nothing']) {
      expect(() => tableOf(deps, { ...LEFT, holding })).toThrow(`no holding ${holding} in a table`)
    }
  })
})
