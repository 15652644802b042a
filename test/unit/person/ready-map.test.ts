import { describe, expect, it } from 'vitest'
import type { DataMap, Holding, TableHolding } from '../../../shared/data-map/data-map.ts'
import { COMBINED } from '../../../shared/person/combinations.ts'
import {
  isReadyFunction,
  type ReadyHolding,
  readyMapOf,
  withChildren,
} from '../../../shared/person/ready-map.ts'

const holding = (more: Partial<TableHolding> = {}): TableHolding => ({
  table: 'app',
  find: { PK: '{userId}' },
  action: 'erase',
  category: 'c',
  scope: 'account',
  ...more,
})
const outside = { function: 'arn', action: 'erase', category: 'c', scope: 'account' } as const
const manual = { manual: { vi: 'x', en: 'x' }, category: 'c', scope: 'account' } as const
const mapOf = (holdings: Readonly<Record<string, Holding>>): DataMap => ({
  identities: {
    userId: { of: 'person' },
    tag: { of: 'alias', binary: true },
    orderNo: { of: 'record' },
  },
  tables: {
    app: {
      name: 'App',
      key: { PK: 'S', SK: 'N' },
      indexes: { by: { key: { GSI: 'B', AT: 'S' } } },
      holdAttribute: 'hold',
      backupsKeptFor: 'P1D',
    },
    other: { name: 'Other', key: { id: 'S' }, backupsKeptFor: 'P1D' },
  },
  holdings,
  categories: {},
  reasons: {},
})
const readyOf = (holdings: Readonly<Record<string, Holding>>, scope: 'account' | 'platform' = 'account') =>
  readyMapOf(mapOf(holdings), { names: { app: 'App-prod' }, scope, isReviewed: false })
const namesOf = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name)
const only = (more: Partial<TableHolding>, others: Readonly<Record<string, Holding>> = {}): ReadyHolding => {
  const [ready] = readyOf({ one: holding(more), ...others }).roots
  if (!ready) throw new Error('the map has a holding')
  return ready
}

describe('a ready map', () => {
  it('come in the order of the map, but after what they name, and the last ones last', () => {
    const { steps } = readyOf({
      link: holding({ last: true }),
      lines: holding({ after: ['outside', 'vanished'] }),
      orders: holding({ after: ['lines'] }),
      outside,
      paper: manual,
      profile: holding({ after: ['link'] }),
      audit: holding({ last: true }),
    })
    expect(namesOf(steps)).toEqual(['outside', 'lines', 'orders', 'link', 'profile', 'audit'])
  })

  it('are those of the scope', () => {
    const holdings = {
      link: holding({ scope: 'platform' }),
      orders: holding(),
      outside,
      paper: manual,
      card: { ...manual, scope: 'platform' },
    } as const
    expect(namesOf(readyOf(holdings, 'platform').steps)).toEqual(['link'])
    expect(readyOf(holdings, 'platform').tasks).toEqual(['card'])
    expect(namesOf(readyOf(holdings).steps)).toEqual(['link', 'orders', 'outside'])
    expect(readyOf(holdings).tasks).toEqual(['paper', 'card'])
    expect(namesOf(readyOf(holdings).roots)).toEqual(['link', 'orders'])
    expect(readyOf(holdings).steps.filter(isReadyFunction)).toEqual([{ name: 'outside', functionArn: 'arn' }])
  })

  it('have their children inside, before themselves', () => {
    const { steps, all, byTable, roots } = readyOf({
      parts: holding({ per: 'lines', table: 'other', find: { id: '{orderNo}' } }),
      lines: holding({ per: 'orders' }),
      orders: holding(),
      profile: holding(),
    })
    expect(namesOf(steps)).toEqual(['orders', 'profile'])
    expect(namesOf(all)).toEqual(['parts', 'lines', 'orders', 'profile'])
    expect(namesOf(byTable.get('App-prod') ?? [])).toEqual(['lines', 'orders', 'profile'])
    expect(namesOf(byTable.get('Other') ?? [])).toEqual(['parts'])
    const [orders] = roots
    expect(orders && namesOf(withChildren(orders))).toEqual(['parts', 'lines', 'orders'])
    expect(orders && namesOf(orders.children)).toEqual(['lines'])
  })

  it('say what is kept with a request: no records, unless another holding may find their items', () => {
    const holdings = {
      orders: holding({ learns: { orderNo: 'no' } }),
      lines: holding({ per: 'orders', table: 'other', find: { id: '{orderNo}' } }),
    }
    expect(readyOf(holdings).stored).toEqual(['userId', 'tag', COMBINED])
    const rest = holding({ table: 'other', find: { id: '{tag}' } })
    const ready = readyOf({ ...holdings, rest })
    expect(ready.stored).toEqual(['userId', 'tag', 'orderNo', COMBINED])
    expect(ready.roots[0]?.teaching).toEqual(['no'])
    expect(readyOf(holdings).roots[0]?.teaching).toEqual([])
  })

  it('are refused where the map makes no sense', () => {
    expect(() => readyOf({ one: holding({ table: 'vanished' }) })).toThrow(TypeError)
    expect(() => readyOf({ one: holding({ find: { SK: '1' } }) })).toThrow(TypeError)
  })
})

describe('a ready holding', () => {
  it('knows its keys and their types', () => {
    const ready = only({ find: { PK: 'U#{userId}', SK: '7' } })
    expect(ready).toMatchObject({
      name: 'one',
      table: 'App-prod',
      keyNames: ['PK', 'SK'],
      partition: { attribute: 'PK', type: 'S', binary: false, test: 'equals' },
      sort: { attribute: 'SK', type: 'N', binary: false, test: 'equals' },
      among: [],
      owner: [],
      unless: [],
      indexKeys: [],
    })
    expect(ready).not.toHaveProperty('index')
    expect(only({})).not.toHaveProperty('sort')
  })

  it('in an index has the keys of that', () => {
    expect(only({ find: { index: 'by', GSI: '{tag}' } })).toMatchObject({
      index: 'by',
      keyNames: ['PK', 'SK'],
      indexKeys: ['GSI', 'AT'],
      partition: { attribute: 'GSI', type: 'B', binary: true },
    })
  })

  it('of a whole table has no partition, but what its items must have', () => {
    const ready = only({ find: { scan: 'why', PK: '{userId}', from: '{userId}' } })
    expect(ready).not.toHaveProperty('partition')
    expect(ready.among.map(({ attribute, type }) => [attribute, type])).toEqual([
      ['PK', 'S'],
      ['from', 'S'],
    ])
  })

  it.each([
    ['x', 'equals'],
    [{ beginsWith: 'x' }, 'beginsWith'],
    [{ between: ['x', 'y'] }, 'between'],
    [{ from: 'x' }, 'from'],
    [{ to: 'x' }, 'to'],
  ] as const)('reads the condition %j', (condition, test) => {
    expect(only({ find: { PK: '{userId}', SK: condition } }).sort?.test).toBe(test)
  })

  it('knows what must hold for its items, and what they teach', () => {
    const ready = only({
      owner: { by: '{userId}' },
      unless: { kind: 'system' },
      reviewWhen: { role: 'owner' },
      learns: { tag: 'tags[*]', orderNo: 'no' },
    })
    expect(ready.owner).toMatchObject([{ attribute: 'by', test: 'equals' }])
    expect(ready.unless).toEqual([{ attribute: 'kind', is: { S: 'system' } }])
    expect(ready.reviewWhen).toEqual([{ attribute: 'role', is: { S: 'owner' } }])
    expect(ready.held).toEqual([
      { attribute: 'hold', exists: true },
      { attribute: 'hold', isNot: { BOOL: false } },
      { attribute: 'hold', isNot: { NULL: true } },
      { attribute: 'hold', isNot: { S: '' } },
    ])
    expect(ready.lessons).toEqual([
      { identity: 'tag', path: { attribute: 'tags', steps: ['every'] }, binary: true },
      { identity: 'orderNo', path: { attribute: 'no', steps: [] }, binary: false },
    ])
    expect(only({ table: 'other', find: { id: '{userId}' } }).held).toEqual([])
  })

  it('knows which identities some template needs, in any scope', () => {
    const holdings = {
      one: holding({ scope: 'platform', owner: { by: 'X#{tag}' } }),
      two: holding({ find: { PK: '{orderNo}' } }),
    }
    expect(readyOf(holdings, 'platform').roots[0]?.needed).toEqual(['userId', 'tag', 'orderNo'])
    expect(readyOf({ ...holdings, outside }).roots[0]?.needed).toEqual(['userId', 'tag', 'orderNo'])
  })

  it('looks up together what is no person’s, and knows which holdings show that', () => {
    const both = holding({ find: { PK: '{tag}#{orderNo}#{userId}' } })
    const ready = readyOf({
      both,
      alone: holding({ find: { PK: '{userId}#{tag}' } }),
      shows: holding({ find: { PK: '{tag}' }, learns: { orderNo: 'no' } }),
      teaches: holding({ learns: { orderNo: 'no', tag: 'tag' } }),
      half: holding({ learns: { orderNo: 'no' } }),
      finds: holding({ find: { PK: '{tag}', SK: '{orderNo}' } }),
    })
    const joint = ['orderNo', 'tag']
    expect(ready.joints).toEqual([joint])
    const of = (one: 'joint' | 'shows') => Object.fromEntries(ready.all.map((each) => [each.name, each[one]]))
    const none = { alone: [], shows: [], teaches: [], half: [] }
    expect(of('joint')).toEqual({ ...none, both: joint, finds: joint })
    expect(of('shows')).toEqual({
      ...none,
      both: [],
      finds: [],
      shows: [joint],
      teaches: [joint],
    })
  })

  it('knows which parts of a key name the person whom its items teach', () => {
    const proofs = (more: Partial<TableHolding>, others?: Readonly<Record<string, Holding>>) =>
      only(more, others).proofs.map(({ attribute, templates }) => [attribute, templates[0]?.parts.length])
    expect(proofs({ find: { PK: 'U#{userId}' } })).toEqual([])
    expect(proofs({ find: { PK: '{tag}' }, learns: { userId: 'user' } })).toEqual([])
    expect(proofs({ find: { PK: '{userId}' }, learns: { userId: 'user' } })).toEqual([['PK', 1]])
    const others = {
      two: holding({ find: { PK: 'U#{userId}', SK: '7' } }),
      // It would fit every value.
      three: holding({ find: { PK: '{userId}' } }),
      far: holding({ table: 'other', find: { id: 'U#{userId}' } }),
      scanned: holding({ find: { scan: 'why', PK: 'X#{userId}' } }),
    }
    const indexed = { find: { index: 'by', GSI: '{tag}' }, learns: { userId: 'user' } } as const
    expect(proofs(indexed, others)).toEqual([['PK', 2]])
  })

  it('knows what redactions put into its table', () => {
    const redact = {
      name: { constant: 'gone' },
      'list[*].age': { constant: 0 },
      note: 'remove',
    } as const
    const others = {
      two: holding({ action: { redact } }),
      three: holding({ action: { redact: { name: { constant: '-' } } } }),
      far: holding({ table: 'other', find: { id: 'x' }, action: { redact: { name: { constant: 'far' } } } }),
    }
    expect(only({}, others).constants).toEqual({ name: ['gone', '-'], list: [0] })
  })
})

describe('what is seen of an item', () => {
  const seen = (more: Partial<TableHolding>, others?: Readonly<Record<string, Holding>>) =>
    only(more, others).attributes?.toSorted()

  it('is the keys and the hold, at least', () => {
    expect(seen({})).toEqual(['PK', 'SK', 'hold'])
    expect(seen({ table: 'other', find: { id: '{userId}' } })).toEqual(['id'])
  })

  it('is what any holding of the table looks at', () => {
    const more = {
      two: holding({
        find: { index: 'by', GSI: '{tag}' },
        owner: { by: '{userId}' },
        unless: { kind: 'x' },
        reviewWhen: { role: 'x' },
        learns: { orderNo: 'orders[*].no' },
      }),
      three: holding({ find: { scan: 'why', from: '{userId}' }, action: { leave: 'why' } }),
      far: holding({ table: 'other', find: { id: 'x' }, owner: { far: '{userId}' } }),
    }
    expect(seen({}, more)).toEqual(
      ['PK', 'SK', 'hold', 'GSI', 'AT', 'by', 'kind', 'role', 'orders', 'from'].toSorted(),
    )
  })

  it('is what an action changes, and the date and end of what is kept', () => {
    const redact = { 'about.name': 'remove', words: { constant: '-' } } as const
    expect(seen({ action: { redact } })).toEqual(['PK', 'SK', 'about', 'hold', 'words'])
    const until = { from: 'at', format: 'iso', for: 'P1D' } as const
    const ttl = { because: 'x', until, ends: { by: 'ttl', attribute: 'ttl' } } as const
    expect(seen({ action: { retain: ttl } })).toEqual(['PK', 'SK', 'at', 'hold', 'ttl'])
    const owner = { ...ttl, ends: { by: 'owner', owner: 'x' } } as const
    expect(seen({ action: { retain: owner } })).toEqual(['PK', 'SK', 'at', 'hold'])
    expect(seen({}, { two: holding({ action: { retain: { ...ttl, keep: [] } } }) })).toBeUndefined()
  })
})
