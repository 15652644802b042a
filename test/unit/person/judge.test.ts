import { describe, expect, it } from 'vitest'
import type { Action, DataMap, Redaction, Table, TableHolding } from '../../../shared/data-map/data-map.ts'
import { actionKind } from '../../../shared/data-map/holdings.ts'
import type { Retain } from '../../../shared/data-map/retention.ts'
import { combinationsIn } from '../../../shared/person/combinations.ts'
import { type Identities, usableIn } from '../../../shared/person/identities.ts'
import { judgeFor } from '../../../shared/person/judge.ts'
import { countQueries, keysOf, queriesFor } from '../../../shared/person/queries.ts'
import { readyMapOf } from '../../../shared/person/ready-map.ts'
import { isConditional } from '../../../shared/person/rewrite.ts'
import { changeTo, needsWork, type Verdict } from '../../../shared/person/verdict.ts'
import type { Item, Value } from '../../../shared/records/records.ts'

const s = (S: string): Value => ({ S })
const n = (N: number | string): Value => ({ N: String(N) })
const b = (...bytes: readonly number[]): Value => ({ B: Uint8Array.of(...bytes) })
const ACCOUNT = { names: {}, scope: 'account', isReviewed: false } as const
const NOW = new Date('2026-11-24T12:00:00Z')
const IDENTITIES: Identities = {
  userId: ['u1', 'u.2'],
  number: ['7'],
  tag: ['AP8='],
  orderNo: ['12', '1\n2'],
}

const mapOf = (holding: Partial<TableHolding>, table: Partial<Table> = {}): DataMap => ({
  identities: {
    userId: { of: 'person' },
    number: { of: 'alias' },
    tag: { of: 'alias', binary: true },
    teamId: { of: 'group' },
    orderNo: { of: 'record' },
  },
  tables: { app: { name: 'App', key: { PK: 'S', SK: 'S' }, backupsKeptFor: 'P1D', ...table } },
  holdings: {
    one: {
      table: 'app',
      find: { PK: '{userId}' },
      action: 'erase',
      category: 'c',
      scope: 'account',
      ...holding,
    },
  },
  categories: {},
  reasons: {},
})

/** One holding, and what it makes of items for a person. */
function judged(
  holding: Partial<TableHolding>,
  table: Partial<Table> = {},
  identities: Identities = IDENTITIES,
) {
  const map = mapOf(holding, table)
  const [ready] = readyMapOf(map, ACCOUNT).all
  if (!ready) throw new Error('the map has a holding')
  const judge = judgeFor({ identities, usable: usableIn(map), now: NOW })
  const is = { erase: 'erased', leave: 'left', retain: 'kept', redact: 'changed' } as const
  const verdict: Verdict = { is: is[actionKind(ready.action)], by: [ready], finders: [ready] }
  return {
    ready,
    ownershipOf: (item: Item) => judge.ownershipOf(ready, item),
    needsWork: (item: Item) => needsWork({ judge }, verdict, item),
    changeTo: (item: Item) => changeTo({ judge }, verdict, item),
    queries: () => queriesFor(ready, identities),
  }
}

/** Whose an item is by a child. */
function judgedChild(holding: Partial<TableHolding> & { readonly per: string }, identities: Identities) {
  const parents = mapOf({}).holdings['one']
  const map = mapOf(holding)
  const whole: DataMap = { ...map, holdings: { ...map.holdings, ...(parents && { [holding.per]: parents }) } }
  const child = readyMapOf(whole, ACCOUNT).all.find(({ name }) => name === 'one')
  if (!child) throw new Error('the map has a child')
  const judge = judgeFor({ identities, usable: usableIn(whole), now: NOW })
  return (item: Item) => judge.ownershipOf(child, item)
}
const own = { PK: s('u1'), SK: s('x') }

describe('whose an item is', () => {
  it.each<[what: string, find: TableHolding['find'], key: Table['key'], item: Item, mine: boolean]>([
    ['a whole key', { PK: 'U#{userId}' }, { PK: 'S' }, { PK: s('U#u1') }, true],
    ['a longer key', { PK: 'U#{userId}' }, { PK: 'S' }, { PK: s('U#u10') }, false],
    ['a missing key', { PK: 'U#{userId}' }, { PK: 'S' }, {}, false],
    ['an unknown identity', { PK: 'U#{teamId}' }, { PK: 'S' }, { PK: s('U#t1') }, false],
    ['a number', { PK: '{number}' }, { PK: 'N' }, { PK: n('7.0') }, true],
    ['a number with a power of ten', { PK: '{number}' }, { PK: 'N' }, { PK: n('0.7E+1') }, true],
    ['another number', { PK: '{number}' }, { PK: 'N' }, { PK: n(70) }, false],
    ['no number', { PK: '{number}' }, { PK: 'N' }, {}, false],
    ['a known number of a record', { PK: '{orderNo}' }, { PK: 'N' }, { PK: n(12) }, true],
    ['an unknown number of a record', { PK: '{orderNo}' }, { PK: 'N' }, { PK: n(13) }, false],
    ['no number of a record', { PK: '{orderNo}' }, { PK: 'N' }, { PK: s('abc') }, false],
    ['bytes', { PK: '{tag}' }, { PK: 'B' }, { PK: b(0, 255) }, true],
    ['other bytes', { PK: '{tag}' }, { PK: 'B' }, { PK: b(0, 254) }, false],
    ['bytes of a text', { PK: '{userId}' }, { PK: 'B' }, { PK: b(0x75, 0x31) }, true],
    ['known bytes of a record', { PK: '{orderNo}' }, { PK: 'B' }, { PK: b(0x31, 0x32) }, true],
    ['unknown bytes of a record', { PK: '{orderNo}' }, { PK: 'B' }, { PK: b(10, 255) }, false],
    ['a record’s key', { PK: 'O#{orderNo}#' }, { PK: 'S' }, { PK: s('O#1\n2#') }, true],
    ['a record’s key without a value', { PK: 'O#{orderNo}#' }, { PK: 'S' }, { PK: s('O##') }, false],
    ['more than a record’s key', { PK: 'O#{orderNo}#' }, { PK: 'S' }, { PK: s('O#1#x') }, false],
    ['less than a record’s key', { PK: 'O#{orderNo}#' }, { PK: 'S' }, { PK: s('xO#1#') }, false],
    ['a literal that is no pattern', { PK: 'O.{orderNo}' }, { PK: 'S' }, { PK: s('O#1') }, false],
  ])('is told by %s', (_what, find, key, item, mine) => {
    expect(judged({ find }, { key }).ownershipOf(item)).toBe(mine ? 'mine' : 'not mine')
  })

  it.each<[what: string, condition: TableHolding['find'][string], sort: string, mine: boolean]>([
    ['a beginning', { beginsWith: 'O#' }, 'O#1', true],
    ['another beginning', { beginsWith: 'O#' }, 'xO#', false],
    ['a beginning with a person', { beginsWith: 'O#{userId}' }, 'O#u1#9', true],
    ['a beginning with a known record', { beginsWith: 'O#{orderNo}#' }, 'O#12#9', true],
    ['a beginning with an unknown record', { beginsWith: 'O#{orderNo}#' }, 'O#1#9', false],
    ['a beginning without a record', { beginsWith: 'O#{orderNo}#' }, 'O#1', false],
    ['a range', { between: ['A', 'C'] }, 'B', true],
    ['beyond a range', { between: ['A', 'C'] }, 'D', false],
    ['from', { from: 'B' }, 'B', true],
    ['beyond from', { from: 'B' }, 'C', true],
    ['the range of one person of two', { between: ['{userId}#1', '{userId}#5'] }, 'u.2#3', true],
    ['the range of nobody', { between: ['{userId}#1', '{userId}#5'] }, 'u3#3', false],
    ['before from', { from: 'B' }, 'A', false],
    ['to', { to: 'B' }, 'A', true],
    ['after to', { to: 'B' }, 'C', false],
    ['a range of records', { between: ['A#{orderNo}', 'B#{orderNo}'] }, 'B#1', true],
    ['the range of one record of two', { between: ['{orderNo}#1', '{orderNo}#5'] }, '12#3', true],
    ['the range of another record', { between: ['{orderNo}#1', '{orderNo}#5'] }, '13#3', false],
    ['beyond a range of records', { between: ['A#{orderNo}', 'B#{orderNo}'] }, 'Z', false],
  ])('is told by %s of a sort key', (_what, condition, sort, mine) => {
    const { ownershipOf } = judged({ find: { PK: '{userId}', SK: condition } })
    expect(ownershipOf({ PK: s('u1'), SK: s(sort) })).toBe(mine ? 'mine' : 'not mine')
    expect(ownershipOf({ PK: s('u3'), SK: s(sort) })).toBe('not mine')
    expect(ownershipOf({ PK: s('u1') })).toBe('not mine')
  })

  it('is told by values that were seen together, and by no others', () => {
    const find = { PK: 'T#{teamId}#O#{orderNo}', SK: { beginsWith: '{userId}#' } } as const
    const key = (team: string, order: string, user = 'u1') => ({
      PK: s(`T#${team}#O#${order}`),
      SK: s(`${user}#x`),
    })
    const apart = { ...IDENTITIES, teamId: ['t1', 't2'], orderNo: ['1', '2'] }
    const pair = (teamId: string, orderNo: string) => ({ teamId, orderNo })
    const seen = combinationsIn([['orderNo', 'teamId']], [pair('t1', '1'), pair('t2', '2')])
    const { ownershipOf } = judged({ find }, {}, { ...apart, ...seen })
    expect([ownershipOf(key('t1', '1')), ownershipOf(key('t2', '2', 'u.2'))]).toEqual(['mine', 'mine'])
    expect([ownershipOf(key('t1', '2')), ownershipOf(key('t2', '1'))]).toEqual(['not mine', 'not mine'])
    expect(ownershipOf(key('t1', '1', 'u3'))).toBe('not mine')
    expect(judged({ find }, {}, apart).ownershipOf(key('t1', '1'))).toBe('not mine')
  })

  it('of a child is told by the records that its own parents have taught', () => {
    const find = { PK: '{orderNo}' }
    const known = { ...IDENTITIES, orderNo: [], 'orders.orderNo': ['7'], 'others.orderNo': ['8'] }
    const of = (per: string) => judgedChild({ find, per }, known)
    expect([of('orders')({ PK: s('7') }), of('orders')({ PK: s('8') })]).toEqual(['mine', 'not mine'])
    expect([of('others')({ PK: s('7') }), of('others')({ PK: s('8') })]).toEqual(['not mine', 'mine'])
  })

  it('in an index goes by having all of its keys', () => {
    const { ownershipOf } = judged(
      { find: { index: 'by', owner: '{userId}' } },
      { indexes: { by: { key: { owner: 'S', at: 'S' } } } },
    )
    expect(ownershipOf({ ...own, owner: s('u1'), at: s('1') })).toBe('mine')
    expect(ownershipOf({ ...own, owner: s('u1') })).toBe('not mine')
  })

  it('of a whole table goes by what its items must have', () => {
    const { ownershipOf } = judged({ find: { scan: 'why', from: '{userId}', age: '{number}' } })
    expect(ownershipOf({ ...own, from: s('u1'), age: s('7') })).toBe('mine')
    expect(ownershipOf({ ...own, from: s('u1'), age: n('7') })).toBe('mine')
    expect(ownershipOf({ ...own, from: s('u1'), age: s('8') })).toBe('not mine')
    expect(ownershipOf({ ...own, age: s('7') })).toBe('not mine')
  })

  it('is nobody’s where the map says unless', () => {
    const { ownershipOf } = judged({ unless: { kind: 'system', old: true } })
    expect(ownershipOf({ ...own, kind: s('system'), old: { BOOL: true } })).toBe('not mine')
    expect(ownershipOf({ ...own, kind: s('system') })).toBe('mine')
    expect(ownershipOf(own)).toBe('mine')
  })

  it('is told by its owner, and unclear without one', () => {
    const { ownershipOf } = judged({ owner: { by: '{userId}', to: '{userId}' } })
    expect(ownershipOf({ ...own, by: s('u1'), to: s('u.2') })).toBe('mine')
    expect(ownershipOf({ ...own, by: s('u1'), to: s('u3') })).toBe('theirs')
    expect(ownershipOf({ ...own, by: s('u3') })).toBe('theirs')
    expect(ownershipOf({ ...own, by: s('u1') })).toBe('unclear')
    expect(ownershipOf(own)).toBe('unclear')
  })

  it.each<[string, Value]>([
    ['null', { NULL: true }],
    ['an empty text', s('')],
    ['a list', { L: [s('u1')] }],
    ['a set', { SS: ['u1'] }],
    ['a map', { M: {} }],
    ['a boolean', { BOOL: true }],
    ['a placeholder', s('unknown')],
  ])('is unreadable where the owner is %s', (_what, by) => {
    const { ownershipOf } = judged({ owner: { by: '{userId}' } })
    expect(ownershipOf({ ...own, by })).toBe('unreadable')
  })

  it('is unreadable where the owner is not of the form that the map states', () => {
    const { ownershipOf } = judged({ owner: { by: 'USER#{userId}' } })
    expect(ownershipOf({ ...own, by: s('SYSTEM') })).toBe('unreadable')
    expect(ownershipOf({ ...own, by: s('USER#u3') })).toBe('theirs')
  })

  it('is theirs by one readable owner, and unreadable before it is unclear', () => {
    const { ownershipOf } = judged({ owner: { by: '{userId}', to: '{userId}' } })
    expect(ownershipOf({ ...own, by: s(''), to: s('u3') })).toBe('theirs')
    expect(ownershipOf({ ...own, to: s('u3') })).toBe('theirs')
    expect(ownershipOf({ ...own, by: s('') })).toBe('unreadable')
    expect(ownershipOf({ ...own, by: s('u1'), to: s('') })).toBe('unreadable')
    expect(ownershipOf({ ...own, PK: s('u3'), by: s('u3'), to: s('u3') })).toBe('not mine')
  })

  it('is told by an owner that is a number, however it is written', () => {
    const { ownershipOf } = judged({ owner: { by: '{number}' } })
    expect(ownershipOf({ ...own, by: n('70E-1') })).toBe('mine')
    expect(ownershipOf({ ...own, by: n('7E+1') })).toBe('theirs')
  })

  it('is done where our own redaction has taken the owner out, and everything else with it', () => {
    const redact: Redaction = { by: 'remove', words: { constant: '-' } }
    const { ownershipOf } = judged({ owner: { by: '{userId}' }, action: { redact } })
    expect(ownershipOf({ ...own, words: s('-') })).toBe('done')
    expect(ownershipOf({ ...own, words: s('hello') })).toBe('unclear')
    expect(ownershipOf({ ...own, by: s('u3'), words: s('-') })).toBe('theirs')
  })

  it('is done where our own redaction has replaced the owner', () => {
    const redact: Redaction = { by: { constant: 'gone' } }
    const { ownershipOf } = judged({ owner: { by: '{userId}' }, action: { redact } })
    expect(ownershipOf({ ...own, by: s('gone') })).toBe('done')
    expect(ownershipOf({ ...own, by: s('u3') })).toBe('theirs')
    expect(ownershipOf(own)).toBe('unclear')
  })

  it('stays unclear where the redaction does not speak of the owner', () => {
    const redact: Redaction = { words: 'remove' }
    expect(judged({ owner: { by: '{userId}' }, action: { redact } }).ownershipOf(own)).toBe('unclear')
    expect(judged({ owner: { by: '{userId}' }, action: { leave: 'x' } }).ownershipOf(own)).toBe('unclear')
    const two = { by: '{userId}', words: '{userId}' }
    expect(judged({ owner: two, action: { redact } }).ownershipOf(own)).toBe('unclear')
  })
})

const retain: Retain = {
  because: 'tax',
  until: { from: 'at', format: 'iso', for: 'P1D' },
  ends: { by: 'ttl', attribute: 'ttl' },
}
const dated = { ...own, at: s('2030-01-01') }
const END = Date.parse('2030-01-02T00:00:00Z') / 1000
const ending = { ...dated, ttl: n(END) }

describe('what is to be done to an item', () => {
  it('is its erasure, always', () => {
    const { needsWork, changeTo } = judged({})
    expect(needsWork(own)).toBe(true)
    expect(changeTo(own)).toBeUndefined()
  })

  it('is nothing where the map says to leave it', () => {
    const { needsWork, changeTo } = judged({ action: { leave: 'why' } })
    expect(needsWork(own)).toBe(false)
    expect(changeTo(own)).toBeUndefined()
  })

  it('is what a redaction still finds, under the condition that it is still the person’s', () => {
    const redact: Redaction = { words: 'remove', name: { constant: '-' }, note: 'remove' }
    const { needsWork, changeTo } = judged(
      { owner: { by: '{userId}' }, unless: { kind: 'system' }, action: { redact } },
      { holdAttribute: 'hold' },
    )
    expect(needsWork({ ...own, by: s('u1'), words: s('x'), name: s('-') })).toBe(true)
    expect(changeTo({ ...own, by: s('u1'), words: s('x'), name: s('y') })).toEqual({
      set: { name: s('-') },
      remove: ['words'],
      conditions: [
        { attribute: 'by', is: s('u1') },
        { not: [{ attribute: 'kind', is: s('system') }] },
        {
          not: [
            { attribute: 'hold', exists: true },
            { attribute: 'hold', isNot: { BOOL: false } },
            { attribute: 'hold', isNot: { NULL: true } },
            { attribute: 'hold', isNot: { S: '' } },
          ],
        },
      ],
    })
    expect(needsWork({ ...own, name: s('-') })).toBe(false)
    expect(changeTo({ ...own, name: s('-') })).toBeUndefined()
    // A constant stands for the whole attribute, whether there was a value or not.
    expect(changeTo(own)).toMatchObject({ set: { name: s('-') }, remove: [] })
  })

  it('is nothing that nobody has approved, and takes out last what tells whose it is', () => {
    const action: Action = { redact: { by: 'remove', a: 'remove', GSI: 'remove', z: 'remove' } }
    const { changeTo } = judged(
      { owner: { by: '{userId}' }, reviewWhen: { role: 'owner' }, action },
      { indexes: { one: { key: { GSI: 'S' } } } },
    )
    const item = { ...own, by: s('u1'), a: s('1'), GSI: s('2'), z: s('3') }
    expect(changeTo(item)).toEqual({
      set: {},
      remove: ['a', 'z', 'GSI', 'by'],
      conditions: [{ attribute: 'by', is: s('u1') }, { not: [{ attribute: 'role', is: s('owner') }] }],
    })
  })

  it('demands, of a value that is changed inside, that it is still what was read', () => {
    const redact: Redaction = { 'members[{userId}]': 'remove', 'about.name': 'remove', words: 'remove' }
    const { changeTo } = judged({ action: { redact } })
    const members = { L: [s('u1'), s('u3')] }
    const about = { M: { name: s('x'), age: n(1) } }
    expect(changeTo({ ...own, members, about, words: { M: {} } })).toEqual({
      set: { members: { L: [s('u3')] }, about: { M: { age: n(1) } } },
      remove: ['words'],
      conditions: [
        { attribute: 'about', is: about },
        { attribute: 'members', is: members },
      ],
    })
    for (const value of [{ SS: ['u1'] }, { SS: ['u1', 'u3'] }]) {
      expect(changeTo({ ...own, members: value })?.conditions).toEqual([{ attribute: 'members', is: value }])
    }
  })

  it('is nothing where two paths end where they began, and one after the other where they meet', () => {
    const swap: Redaction = { 'a[*].x': { constant: 'z' }, 'a[{userId}]': 'remove' }
    const { changeTo } = judged({ action: { redact: swap } })
    expect(changeTo({ ...own, a: { L: [{ M: { x: s('y') } }, s('u1')] } })?.set).toEqual({
      a: { L: [{ M: { x: s('z') } }] },
    })
    const back: Redaction = { 'a[*]': { constant: 'z' }, 'a[{userId}]': { constant: 'z' } }
    expect(judged({ action: { redact: back } }).needsWork({ ...own, a: { L: [s('z')] } })).toBe(false)
  })

  it('is to give what is kept its end', () => {
    const { needsWork, changeTo } = judged({ action: { retain } })
    expect(changeTo({ ...dated, name: s('x') })).toEqual({
      set: { ttl: n(END) },
      remove: [],
      conditions: [{ attribute: 'at', is: dated['at'] }],
    })
    expect(needsWork({ ...dated, ttl: n('1.8935424E+9') })).toBe(false)
    expect(changeTo({ ...dated, ttl: n(END + 1) })?.set).toEqual({ ttl: n(END) })
    expect(needsWork({ ...ending, name: s('x') })).toBe(false)
  })

  it('never puts off the end that the company itself has given it, unless DynamoDB passes that over', () => {
    const { needsWork, changeTo } = judged({ action: { retain } })
    const earlier = Math.floor(NOW.getTime() / 1000) + 1
    expect(needsWork({ ...dated, ttl: n(earlier) })).toBe(false)
    expect(changeTo({ ...dated, ttl: n(1) })?.set).toEqual({ ttl: n(END) })
    expect(changeTo({ ...dated, ttl: s(String(earlier)) })?.set).toEqual({ ttl: n(END) })
  })

  it('is work nobody can do, where the date of what is kept cannot be read', () => {
    const { needsWork, changeTo } = judged({ action: { retain } })
    expect(needsWork({ ...own, at: s('soon') })).toBe(true)
    expect(changeTo({ ...own, at: s('soon') })).toBeUndefined()
  })

  it('leaves the end to its owner', () => {
    const owner: Action = { retain: { ...retain, ends: { by: 'owner', owner: 'finance' } } }
    expect(judged({ action: owner }).needsWork(dated)).toBe(false)
  })

  it('is to keep of it what is named, the keys, the date, the end and the hold', () => {
    const { ownershipOf, changeTo, needsWork } = judged(
      { owner: { by: '{userId}' }, action: { retain: { ...retain, keep: ['total'] } } },
      { holdAttribute: 'hold' },
    )
    const item = { ...ending, total: n(1), hold: { BOOL: false }, by: s('u1'), name: s('x') }
    expect(changeTo(item)).toMatchObject({ set: {}, remove: ['name', 'by'] })
    const { by: _by, name: _name, ...left } = item
    expect(needsWork(left)).toBe(false)
    expect(ownershipOf(left)).toBe('done')
    expect(ownershipOf({ ...left, by: s('u3') })).toBe('theirs')
  })

  it('never makes an item done that keeps its owner', () => {
    const { ownershipOf } = judged({
      owner: { by: '{userId}' },
      action: { retain: { ...retain, keep: ['by'] } },
    })
    expect(ownershipOf(ending)).toBe('unclear')
    expect(judged({ owner: { by: '{userId}' }, action: { retain } }).ownershipOf(ending)).toBe('unclear')
  })

  it('needs a look at the item, if anything is said of it', () => {
    expect(isConditional(judged({}).ready)).toBe(false)
    expect(isConditional(judged({ owner: { by: '{userId}' } }).ready)).toBe(true)
    expect(isConditional(judged({ unless: { a: 1 } }).ready)).toBe(true)
    expect(isConditional(judged({ reviewWhen: { a: 1 } }).ready)).toBe(true)
    expect(isConditional(judged({}, { holdAttribute: 'hold' }).ready)).toBe(true)
  })
})

describe('what is asked of DynamoDB', () => {
  const shared = { table: 'App', limit: 2000, attributes: ['PK', 'SK'] }
  const partition = (value: Value) => ({ attribute: 'PK', value })

  it('is a query for each value', () => {
    expect(judged({}).queries()).toEqual([
      { ...shared, partition: partition(s('u1')) },
      { ...shared, partition: partition(s('u.2')) },
    ])
    expect(judged({ find: { PK: '{teamId}' } }).queries()).toEqual([])
  })

  it('is a query for each combination of values that were seen together', () => {
    const find = { PK: '{teamId}#{orderNo}' }
    const seen = combinationsIn(
      [['orderNo', 'teamId']],
      [
        { teamId: 't1', orderNo: '1' },
        { teamId: 't2', orderNo: '2' },
      ],
    )
    const identities = { teamId: ['t1', 't2'], orderNo: ['1', '2'], ...seen }
    const { queries, ready } = judged({ find }, {}, identities)
    expect(queries().map((query) => query.partition?.value)).toEqual([s('t1#1'), s('t2#2')])
    expect(countQueries(ready, identities)).toBe(2)
    const apart = { teamId: ['t1'], orderNo: ['1'] }
    expect(judged({ find }, {}, apart).queries()).toEqual([])
    expect(countQueries(ready, apart)).toBe(0)
  })

  it('is a query for each range, whose ends have the same values in them', () => {
    const find = { PK: '{number}', SK: { between: ['{userId}#1', '{userId}#2'] } } as const
    const sort = (...ends: readonly string[]) => ({ attribute: 'SK', test: 'between', values: ends.map(s) })
    expect(judged({ find }).queries()).toEqual([
      { ...shared, partition: partition(s('7')), sort: sort('u1#1', 'u1#2') },
      { ...shared, partition: partition(s('7')), sort: sort('u.2#1', 'u.2#2') },
    ])
  })

  it('is nothing for a range that ends before it begins, and one for a range of one', () => {
    const between = (from: string, to: string) =>
      judged({ find: { PK: '{number}', SK: { between: [from, to] } } }).queries().length
    expect([between('B', 'A'), between('B', 'B'), between('A', 'B')]).toEqual([0, 1, 1])
    expect(judged({ find: { PK: '{number}', SK: { from: 'B' } } }).queries()[0]?.sort).toEqual({
      attribute: 'SK',
      test: 'from',
      values: [s('B')],
    })
  })

  it('is nothing for what cannot have been stored', () => {
    const of = (condition: string) => judged({ find: { PK: '{number}', SK: condition } }).queries().length
    expect([of('x'.repeat(1024)), of('x'.repeat(1025))]).toEqual([1, 0])
    const keys = (length: number) => judged({ find: { PK: 'x'.repeat(length) } }).queries().length
    expect([keys(2048), keys(2049)]).toEqual([1, 0])
    expect(judged({ find: { PK: '{userId}' } }, { key: { PK: 'N' } }).queries()).toEqual([])
  })

  it('is an index by its keys alone', () => {
    const indexes = { by: { key: { owner: 'S', at: 'N' } } } as const
    expect(judged({ find: { index: 'by', owner: '{number}' } }, { indexes }).queries()).toEqual([
      {
        table: 'App',
        limit: 2000,
        attributes: ['PK', 'SK', 'at'],
        index: 'by',
        partition: { attribute: 'owner', value: s('7') },
      },
    ])
  })

  it('is everything of an item of which only some is kept', () => {
    const keep = judged({ action: { retain: { ...retain, keep: [] } } })
    expect(keep.queries()[0]).not.toHaveProperty('attributes')
  })

  it('is a whole table, with a number in either spelling', () => {
    const { queries } = judged({ find: { scan: 'why', from: '{userId}', age: '{number}' } })
    expect(queries()).toEqual([
      {
        ...shared,
        attributes: ['PK', 'SK', 'from', 'age'],
        among: [
          { attribute: 'from', values: [s('u1'), s('u.2')] },
          { attribute: 'age', values: [s('7'), n('7')] },
        ],
      },
    ])
    expect(judged({ find: { scan: 'why', from: '{userId}', team: '{teamId}' } }).queries()).toEqual([])
  })

  it('is a whole table without a filter that DynamoDB would not take', () => {
    const many = (count: number) => {
      const [holding] = readyMapOf(mapOf({ find: { scan: 'why', from: '{userId}' } }), ACCOUNT).all
      const values = Array.from({ length: count }, (_, at) => `u${at}`)
      return holding && queriesFor(holding, { userId: values })[0]?.among?.length
    }
    expect([many(100), many(101)]).toEqual([1, 0])
    const begins = judged({ find: { scan: 'why', from: { beginsWith: '{userId}' } } })
    expect(begins.queries()[0]?.among).toEqual([])
  })

  it('is a small page where children are worked within it', () => {
    const map = mapOf({ learns: { orderNo: 'no' } })
    const child = { ...mapOf({ find: { PK: '{orderNo}' }, per: 'one' }).holdings['one'] } as TableHolding
    const ready = readyMapOf({ ...map, holdings: { ...map.holdings, child } }, ACCOUNT)
    const [parent] = ready.roots
    expect(parent && queriesFor(parent, IDENTITIES)[0]?.limit).toBe(25)
    expect(ready.all.map(({ name }) => name)).toEqual(['child', 'one'])
  })

  it('has keys no longer than the table’s', () => {
    const { ready } = judged({ find: { PK: '{userId}' } })
    expect(ready.partition && keysOf(ready.partition, () => ['abc', 'abcd'], 3)).toEqual([s('abc')])
  })
})
