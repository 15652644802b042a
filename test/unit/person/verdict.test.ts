import { describe, expect, it } from 'vitest'
import type { DataMap, Scope, TableHolding } from '../../../shared/data-map/data-map.ts'
import type { Identities } from '../../../shared/person/identities.ts'
import type { ReadyHolding } from '../../../shared/person/ready-map.ts'
import {
  changeTo,
  countedVerdict,
  firstHolding,
  isHeld,
  lessonOf,
  mayGo,
  needsWork,
  parentsAmong,
  verdictOf,
} from '../../../shared/person/verdict.ts'
import { mapForWork, type Work, workOn } from '../../../shared/person/work.ts'
import type { Item, Value } from '../../../shared/records/records.ts'
import { inMemory } from '../../fixtures/world/in-memory.ts'

const s = (S: string): Value => ({ S })
const n = (N: number): Value => ({ N: String(N) })

type Holdings = Readonly<Record<string, Partial<TableHolding>>>

/** All in one table, each finding the person's items unless it says otherwise. */
function workOf(
  holdings: Holdings,
  {
    scope = 'account',
    isReviewed = false,
    identities = { userId: ['u1'] },
  }: { readonly scope?: Scope; readonly isReviewed?: boolean; readonly identities?: Identities } = {},
): Work {
  const map: DataMap = {
    identities: {
      userId: { of: 'person' },
      email: { of: 'alias', normalise: 'email' },
      teamId: { of: 'group' },
      orderNo: { of: 'record' },
    },
    tables: {
      app: {
        name: 'App',
        key: { PK: 'S', SK: 'S' },
        indexes: { by: { key: { at: 'S' } } },
        holdAttribute: 'hold',
        backupsKeptFor: 'P1D',
      },
      lines: { name: 'Lines', key: { order: 'S', line: 'S' }, backupsKeptFor: 'P1D' },
    },
    holdings: Object.fromEntries(
      Object.entries(holdings).map(([name, holding]) => [
        name,
        {
          table: 'app',
          find: { PK: 'USER#{userId}' },
          action: 'erase',
          category: 'c',
          scope: 'account',
          ...holding,
        } as const,
      ]),
    ),
    categories: {},
    reasons: {},
  }
  const company = inMemory().open(map)
  return company.work(identities, mapForWork(map, { names: company.tables, scope, isReviewed }))
}
const named = ({ everywhere }: Work, name: string): ReadyHolding => {
  const found = everywhere.all.find((one) => one.name === name)
  if (!found) throw new Error(`the map has no holding ${name}`)
  return found
}
const namesOf = (all: readonly ReadyHolding[]) => all.map(({ name }) => name)
/** What is done, by whom, and who has found it. */
const judged = (work: Work, finder: string, item: Item) => {
  const { is, by, finders } = verdictOf(work, named(work, finder), item)
  return [is, namesOf(by).join(), namesOf(finders).join()]
}

const own = { PK: s('USER#u1'), SK: s('NOTE#1') }
const until = { from: 'date', format: 'iso', for: 'P1Y' } as const
const retain = { because: 'tax', until, ends: { by: 'ttl', attribute: 'ttl' } } as const
const RETAIN = { action: { retain } }
const LEAVE = { action: { leave: 'why' } }
const REDACT = { action: { redact: { name: 'remove' } } } as const
const BLANK = { action: { redact: { words: { constant: '-' } } } } as const
const ERASE = { action: 'erase' } as const
const PLATFORM = { scope: 'platform' } as const
const kept = { ...own, date: s('2090-01-01'), name: s('Ann'), words: s('hello') }
const over = { ...kept, date: s('2020-01-01') }
const END = Date.parse('2091-01-01T00:00:00Z') / 1000

describe('what is done to an item', () => {
  it.each<[what: string, holdings: Holdings, item: Item, is: string, by: string]>([
    ['erased by the only one', { one: ERASE }, kept, 'erased', 'one'],
    ['kept by the first that retains it', { one: RETAIN, two: ERASE }, kept, 'kept', 'one'],
    ['left where the first leaves it', { one: LEAVE, two: ERASE }, kept, 'left', 'one'],
    [
      'erased where one that is not the first would keep it',
      { one: ERASE, two: RETAIN },
      kept,
      'erased',
      'one',
    ],
    [
      'erased where one that is not the first would leave it',
      { one: ERASE, two: LEAVE },
      kept,
      'erased',
      'one',
    ],
    ['erased although the first redacts it', { one: REDACT, two: ERASE }, kept, 'erased', 'two'],
    ['erased by the first that erases', { one: REDACT, two: ERASE, three: ERASE }, kept, 'erased', 'two'],
    ['changed by all that change it', { one: REDACT, two: BLANK }, kept, 'changed', 'one,two'],
    ['erased once its time is over', { one: RETAIN }, over, 'erased', 'one'],
    ['erased once its time is over, whoever redacts it', { one: RETAIN, two: REDACT }, over, 'erased', 'one'],
    [
      'changed by those that have work left',
      { one: REDACT, two: BLANK },
      { ...own, words: s('x') },
      'changed',
      'two',
    ],
  ])('is: %s', (_what, holdings, item, is, by) => {
    const work = workOf(holdings)
    const all = Object.keys(holdings)
    // Whichever of them finds it.
    for (const finder of all) expect(judged(work, finder, { ...item })).toEqual([is, by, all.join()])
  })

  it.each<[what: string, holdings: Holdings, item: Item, is: string, by: string]>([
    [
      'kept by the first, which is out of scope',
      { two: RETAIN, one: { ...ERASE, ...PLATFORM } },
      kept,
      'kept',
      'two',
    ],
    [
      'left by the first, which is out of scope',
      { two: LEAVE, one: { ...ERASE, ...PLATFORM } },
      kept,
      'left',
      'two',
    ],
    [
      'not erased by one that is out of scope',
      { one: { ...REDACT, ...PLATFORM }, two: ERASE },
      kept,
      'changed',
      'one',
    ],
    [
      'not changed by one that is out of scope',
      { two: BLANK, one: { ...REDACT, ...PLATFORM } },
      kept,
      'changed',
      'one',
    ],
    [
      'not erased by a time that is over out of scope',
      { two: RETAIN, one: { ...REDACT, ...PLATFORM } },
      over,
      'changed',
      'one',
    ],
  ])('in one scope is: %s', (_what, holdings, item, is, by) => {
    const work = workOf(holdings, { scope: 'platform' })
    expect(judged(work, 'one', item)).toEqual([is, by, Object.keys(holdings).join()])
  })

  it('goes by the holdings that find it, and by no others', () => {
    const work = workOf({
      theirs: { ...LEAVE, find: { PK: 'USER#{userId}', SK: 'PROFILE' } },
      owned: { ...RETAIN, owner: { owner: '{userId}' } },
      spared: { ...RETAIN, unless: { kind: 'note' } },
      elsewhere: { ...LEAVE, table: 'lines', find: { order: '{userId}' } },
      one: ERASE,
    })
    const item = { ...kept, owner: s('u2'), kind: s('note') }
    expect(judged(work, 'one', item)).toEqual(['erased', 'one', 'one'])
    expect(judged(work, 'one', { ...kept, owner: s('u1'), kind: s('note') })).toEqual([
      'kept',
      'owned',
      'owned,one',
    ])
  })

  it('is judged anew when more values are known', () => {
    const work = workOf({ owned: { ...LEAVE, owner: { owner: '{userId}' } }, one: ERASE })
    const item = { ...kept, owner: s('u2') }
    expect(judged(work, 'one', item)[0]).toBe('erased')
    const more = workOn({ ...work, identities: { userId: ['u1', 'u2'] } })
    expect(judged(more, 'one', item)[0]).toBe('left')
  })

  it('is to keep on what was kept before, though nothing leads to it any more', () => {
    const holdings: Holdings = {
      orders: { find: { PK: 'USER#{userId}', SK: { beginsWith: 'ORDER#' } }, learns: { orderNo: 'no' } },
      bills: { ...RETAIN, per: 'orders', table: 'lines', find: { order: '{orderNo}' } },
      rest: { table: 'lines', find: { order: '{orderNo}' } },
    }
    const bill = { order: s('7'), line: s('1'), date: s('2090-01-01') }
    const work = workOf(holdings, { identities: { userId: ['u1'], orderNo: ['7'] } })
    expect(judged(work, 'rest', { ...bill, ttl: n(END) })).toEqual(['kept', 'bills', 'bills,rest'])
    const strange = workOf(holdings, { identities: { userId: ['u1'] } })
    expect(judged(strange, 'rest', { ...bill, ttl: n(END) })[0]).toBe('kept')
    // What another TTL shows is not that we have kept it.
    expect(judged(strange, 'rest', { ...bill, ttl: n(END + 1) })[0]).toBe('erased')
  })

  it('is to keep on what has lost all that it was found by', () => {
    const cut = { retain: { ...retain, keep: ['total'] } }
    const holdings: Holdings = {
      bills: { find: { index: 'by', at: 'USER#{userId}' }, action: cut },
      rest: ERASE,
    }
    const work = workOf(holdings)
    const left = { ...own, date: s('2090-01-01'), ttl: n(END), total: n(5) }
    expect(judged(work, 'rest', left)).toEqual(['kept', 'bills', 'bills,rest'])
    expect(judged(work, 'rest', { ...left, name: s('Ann') })[0]).toBe('erased')
    expect(judged(work, 'rest', { ...own, date: s('2090-01-01'), total: n(5) })[0]).toBe('erased')
  })
})

describe('the work on an item', () => {
  const workLeft = (work: Work, item: Item) =>
    needsWork(work, verdictOf(work, named(work, 'one'), item), item)

  it('is left where it is to go, has something to lose, or has a date that cannot be read', () => {
    expect(workLeft(workOf({ one: ERASE }), own)).toBe(true)
    expect(workLeft(workOf({ one: LEAVE }), own)).toBe(false)
    expect(workLeft(workOf({ one: REDACT }), kept)).toBe(true)
    expect(workLeft(workOf({ one: REDACT }), own)).toBe(false)
    expect(workLeft(workOf({ one: RETAIN }), kept)).toBe(true)
    expect(workLeft(workOf({ one: RETAIN }), { ...kept, ttl: n(END) })).toBe(false)
    expect(workLeft(workOf({ one: RETAIN }), { ...own, date: s('soon') })).toBe(true)
    expect(workLeft(workOf({ one: RETAIN, two: REDACT }), { ...own, date: s('soon') })).toBe(true)
  })

  it('is one write of all that change it, on the conditions of each', () => {
    const work = workOf({
      one: { ...REDACT, owner: { owner: '{userId}' } },
      two: { ...BLANK, unless: { kind: 'x' } },
    })
    const item = { ...kept, owner: s('u1') }
    expect(changeTo(work, verdictOf(work, named(work, 'two'), item), item)).toMatchObject({
      set: { words: s('-') },
      remove: ['name'],
      conditions: expect.arrayContaining([
        { attribute: 'owner', is: s('u1') },
        { not: [{ attribute: 'kind', is: s('x') }] },
      ]),
    })
  })

  it('leaves what others are found by, and is none where nothing else is to change', () => {
    const work = workOf({ one: REDACT, two: BLANK })
    const verdict = verdictOf(work, named(work, 'one'), kept)
    expect(changeTo(work, verdict, kept, new Set(['name']))).toMatchObject({
      set: { words: s('-') },
      remove: [],
    })
    expect(changeTo(work, verdict, kept, new Set(['name', 'words']))).toBeUndefined()
  })

  it('cannot be written where a date cannot be read', () => {
    const work = workOf({ one: RETAIN })
    const item = { ...own, date: s('soon') }
    const verdict = verdictOf(work, named(work, 'one'), item)
    expect(verdict.is).toBe('kept')
    expect(changeTo(work, verdict, item)).toBeUndefined()
    const both = workOf({ one: REDACT, two: RETAIN })
    const ofBoth = verdictOf(both, named(both, 'one'), { ...item, name: s('Ann') })
    expect(namesOf(ofBoth.by)).toEqual(['one', 'two'])
    expect(changeTo(both, ofBoth, { ...item, name: s('Ann') })).toBeUndefined()
  })
})

describe('an item counts', () => {
  const holdings: Holdings = {
    orders: { find: { PK: 'USER#{userId}', SK: { beginsWith: 'ORDER#' } }, learns: { orderNo: 'no' } },
    lines: { per: 'orders', find: { PK: 'USER#{userId}', SK: '{orderNo}' } },
    far: { find: { PK: 'USER#{userId}' }, scope: 'platform' },
    all: {},
  }
  const identities = { userId: ['u1'], 'orders.orderNo': ['NOTE#1'] }

  it('under the first in scope that finds it on its own, before one that needs a parent', () => {
    const work = workOf(holdings, { identities })
    expect(firstHolding(work, 'App', own)?.name).toBe('far')
    const { far: _far, ...rest } = holdings
    const inScope = workOf(rest, { identities })
    expect(firstHolding(inScope, 'App', own)?.name).toBe('all')
    expect(firstHolding(inScope, 'App', { ...own, PK: s('USER#u2') })).toBeUndefined()
    expect(firstHolding(inScope, 'Lines', own)).toBeUndefined()
    expect(firstHolding(workOf(holdings, { identities, scope: 'platform' }), 'App', own)?.name).toBe('far')
  })

  it('under a child that alone finds it', () => {
    const { orders, lines } = holdings
    const work = workOf({ orders: orders ?? {}, lines: lines ?? {} }, { identities })
    expect(firstHolding(work, 'App', own)?.name).toBe('lines')
  })

  it('when the first finds it, and when no other is known to', () => {
    const work = workOf({ one: ERASE, two: ERASE })
    expect(countedVerdict(work, named(work, 'one'), own)?.is).toBe('erased')
    expect(countedVerdict(work, named(work, 'two'), own)).toBeUndefined()
    const stray = { ...own, PK: s('USER#u2') }
    expect(countedVerdict(work, named(work, 'two'), stray)?.by[0].name).toBe('two')
  })
})

describe('what an item teaches', () => {
  const MAIL = { find: { PK: 'MAIL#{email}' } }
  const teach = (item: Item, holdings: Holdings, more: Parameters<typeof workOf>[1] = {}) => {
    const work = workOf({ mails: MAIL, ...holdings }, more)
    return lessonOf(work, work.everywhere.all, item)
  }
  const profile = { one: { learns: { email: 'email' } } }

  it('is new until it is among the identities, in every spelling', () => {
    const item = { ...own, email: s('Ann@example.com') }
    expect(teach(item, profile)).toBe('new')
    const one = { identities: { userId: ['u1'], email: ['ann@example.com'] } }
    expect(teach(item, profile, one)).toBe('new')
    const both = { identities: { userId: ['u1'], email: ['ann@example.com', 'Ann@example.com'] } }
    expect(teach(item, profile, both)).toBe('known')
    expect(teach(own, profile)).toBe('known')
  })

  it('is nothing by null and by an empty text', () => {
    expect(teach({ ...own, email: { NULL: true } }, profile)).toBe('known')
    expect(teach({ ...own, email: s('') }, profile)).toBe('known')
  })

  it('is unusable where it cannot be a key, whatever the scope of the holding', () => {
    for (const email of [s('null'), { L: [] }, { BOOL: true }]) {
      expect(teach({ ...own, email }, profile)).toBe('unusable')
      expect(teach({ ...own, email }, profile, { scope: 'platform' })).toBe('unusable')
    }
  })

  it('is not followed where another scope learns it', () => {
    const item = { ...own, email: s('a@example.com') }
    expect(teach(item, profile, { scope: 'platform' })).toBe('known')
  })

  it('is no lesson where nothing but children of its page need it', () => {
    const orders = { learns: { orderNo: 'no' } }
    const lines = { per: 'orders', table: 'lines', find: { order: '{orderNo}' } }
    expect(teach({ ...own, no: s('7') }, { orders, lines })).toBe('known')
    const rest = { table: 'lines', find: { order: '{userId}' } }
    expect(teach({ ...own, no: s('7') }, { orders, lines, rest })).toBe('new')
    const identities = { userId: ['u1'], 'orders.orderNo': ['7'] }
    expect(teach({ ...own, no: s('7') }, { orders, lines, rest }, { identities })).toBe('known')
  })
})

describe('an item may go', () => {
  const may = (item: Item, holdings: Holdings, more: Parameters<typeof workOf>[1] = {}) => {
    const work = workOf(holdings, more)
    return mayGo(work, verdictOf(work, named(work, 'one'), item), item)
  }

  it('unless it is held', () => {
    expect(may(own, { one: ERASE })).toBe(true)
    expect(may({ ...own, hold: s('case 7') }, { one: ERASE })).toBe(false)
    for (const hold of [{ BOOL: false }, { NULL: true }, s('')]) {
      expect(may({ ...own, hold }, { one: ERASE })).toBe(true)
    }
    const work = workOf({ one: { table: 'lines', find: { order: '{userId}' } } })
    expect(isHeld(named(work, 'one'), { ...own, hold: s('case 7') })).toBe(false)
  })

  it('unless any of its holdings waits for the approval', () => {
    const two = { one: ERASE, two: { ...REDACT, reviewWhen: { role: 'owner' } } }
    expect(may({ ...own, role: s('owner') }, two)).toBe(false)
    expect(may({ ...own, role: s('guest') }, two)).toBe(true)
    expect(may({ ...own, role: s('owner') }, two, { isReviewed: true })).toBe(true)
  })

  it('unless it teaches, by any of its holdings, what is not known yet', () => {
    const two = {
      one: ERASE,
      two: { ...LEAVE, learns: { email: 'email' } },
      mails: { find: { PK: 'MAIL#{email}' } },
    }
    const item = { ...own, email: s('ann@example.com') }
    expect(may(item, two)).toBe(false)
    expect(may(item, two, { identities: { userId: ['u1'], email: ['ann@example.com'] } })).toBe(true)
  })
})

describe('the parents among items', () => {
  const holdings: Holdings = {
    all: {},
    orders: { find: { PK: 'USER#{userId}', SK: { beginsWith: 'ORDER#' } }, learns: { orderNo: 'no' } },
    lines: { per: 'orders', table: 'lines', find: { order: '{orderNo}' } },
  }
  const order = { ...own, SK: s('ORDER#1') }

  it('are those that its own holding found, and those that another would lose', () => {
    const work = workOf(holdings)
    const among = (finder: string, isTaken: (item: Item) => boolean) =>
      parentsAmong(work, named(work, finder), [own, order], isTaken).map(({ parent, items }) => [
        parent.name,
        items.map(({ SK }) => SK?.S),
      ])
    expect(among('all', () => true)).toEqual([['orders', ['ORDER#1']]])
    expect(among('all', () => false)).toEqual([['orders', []]])
    expect(among('orders', () => false)).toEqual([['orders', ['NOTE#1', 'ORDER#1']]])
    expect(among('lines', () => true)).toEqual([])
  })
})
