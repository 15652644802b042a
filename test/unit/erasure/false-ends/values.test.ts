/** What the values in items are taken for: whose an item is, what it teaches, and whether it is held. */
import { describe, expect, it } from 'vitest'
import { companyOf, type Draft, type DraftHolding, findingsIn, type Row } from './company-of.ts'

const LINKS = [{ fb: '1', userId: 'u1' }]
const BY_USER = { find: { index: 'byUser', userId: '{userId}' }, owner: { userId: '{userId}' } } as const

describe('an owner attribute', () => {
  const draft = (owner = '{userId}'): Draft => ({
    identities: { orderId: { of: 'record' } },
    tables: {
      orders: [{ id: 'S' }, { byUser: { userId: 'S' } }],
      lines: [{ orderId: 'S', n: 'N' }],
    },
    holdings: {
      lines: {
        table: 'lines',
        per: 'orders',
        find: { orderId: '{orderId}' },
        owner: { userId: owner },
        action: 'erase',
      },
      orders: { table: 'orders', ...BY_USER, learns: { orderId: 'id' }, action: 'erase' },
    },
  })
  const rows = (line: Row) => ({
    links: LINKS,
    orders: [{ id: 'o1', userId: 'u1' }],
    lines: [{ orderId: 'o1', n: 1, what: 'thing', ...line }],
  })

  it.each<[string, unknown, string]>([
    ['null', null, '{userId}'],
    ['the empty text', '', '{userId}'],
    ['a list', ['u2'], '{userId}'],
    ['the empty list', [], '{userId}'],
    ['a set', new Set(['u2']), '{userId}'],
    ['a map', { id: 'u2' }, '{userId}'],
    ['a boolean', true, '{userId}'],
    ['a placeholder', 'Unknown', '{userId}'],
    ['a value that no key has', 'USER/u2/x/', 'USER/{userId}/'],
    ['a text that does not fit the template', 'u2', 'USER#{userId}'],
    ['the template without a value', 'USER#', 'USER#{userId}'],
  ])(
    'that is %s names nobody: the item and what leads to it stay, and a person has to look',
    async (_what, value, owner) => {
      expect(findingsIn(draft(owner))).toEqual([])
      const before = rows({ userId: value })
      const { asks, rows: rowsOf } = companyOf(draft(owner), before)
      expect(await asks('1')).toMatchObject({
        state: 'needs_operator',
        residue: expect.arrayContaining(['lines owner_unreadable 1']),
      })
      expect(rowsOf('lines')).toEqual(before.lines)
      expect(rowsOf('orders')).toEqual(before.orders)
    },
  )

  it('that is not there is told as missing', async () => {
    const before = rows({})
    const { asks, rows: rowsOf } = companyOf(draft(), before)
    expect(await asks('1')).toMatchObject({
      state: 'needs_operator',
      residue: expect.arrayContaining(['lines owner_missing 1']),
    })
    expect(rowsOf('lines')).toEqual(before.lines)
    expect(rowsOf('orders')).toEqual(before.orders)
  })

  const found = (find: DraftHolding['find']): Draft => ({
    tables: { notes: [{ id: 'S' }, { byAuthor: { author: 'S' } }] },
    holdings: { notes: { table: 'notes', find, owner: { userId: '{userId}' }, action: 'erase' } },
  })
  const FINDS: readonly (readonly [string, DraftHolding['find']])[] = [
    ['an index', { index: 'byAuthor', author: '{userId}' }],
    ['a scan', { scan: 'it has no index', author: '{userId}' }],
    ['its own key', { id: '{userId}' }],
  ]

  it.each(FINDS)('that cannot be read stops what %s finds, too', async (_by, find) => {
    expect(findingsIn(found(find))).toEqual([])
    const notes = [{ id: 'u1', author: 'u1', userId: null }]
    const { asks, rows: rowsOf } = companyOf(found(find), { links: LINKS, notes })
    expect(await asks('1')).toMatchObject({ state: 'needs_operator', residue: ['notes owner_unreadable 1'] })
    expect(rowsOf('notes')).toEqual(notes)
  })

  it.each(FINDS.slice(0, 2))(
    'that is a value of another person leaves it to them, where %s finds it',
    async (_by, find) => {
      const notes = [
        { id: 'n1', author: 'u1', userId: 'u2' },
        { id: 'n2', author: 'u1', userId: 'u1' },
      ]
      const { asks, rows: rowsOf } = companyOf(found(find), { links: LINKS, notes })
      expect(await asks('1')).toMatchObject({ state: 'completed', erased: { notes: 1, link: 1 } })
      expect(rowsOf('notes')).toEqual([notes[0]])
    },
  )

  it('that our own redaction has replaced is done, whatever it was replaced by', async () => {
    const draft: Draft = {
      tables: { notes: [{ id: 'S' }, { byAuthor: { author: 'S' } }] },
      holdings: {
        notes: {
          table: 'notes',
          find: { index: 'byAuthor', author: '{userId}' },
          owner: { userId: '{userId}' },
          action: { redact: { userId: { constant: '' }, text: 'remove' } },
        },
      },
    }
    const notes = [
      { id: 'n1', author: 'u1', userId: 'u1', text: 'a' },
      { id: 'n2', author: 'u1', userId: '' },
    ]
    const { asks, rows: rowsOf } = companyOf(draft, { links: LINKS, notes })
    expect(await asks('1')).toMatchObject({ state: 'completed', redacted: { notes: 1 } })
    expect(rowsOf('notes')).toEqual([{ id: 'n1', author: 'u1', userId: '' }, notes[1]])
  })
})

describe('a learnt person', () => {
  const draft = (profile: DraftHolding, more: Draft['holdings'] = {}): Draft => ({
    identities: { email: { of: 'alias', normalise: 'email' } },
    tables: {
      app: [
        { PK: 'S', SK: 'S' },
        { byOwner: { owner: 'S' }, byMail: { email: 'S' } },
      ],
    },
    holdings: { profile, ...more },
  })
  const KEYED: DraftHolding = {
    table: 'app',
    find: { PK: 'USER#{userId}' },
    learns: { userId: 'userId' },
    action: 'erase',
  }
  const FOUND: DraftHolding = {
    table: 'app',
    find: { index: 'byOwner', owner: 'OWNER#{userId}' },
    owner: { owner: 'OWNER#{userId}' },
    learns: { userId: 'userId' },
    action: 'erase',
  }
  /** It is found by an address, and its key is that of an account. */
  const MAILED: DraftHolding = {
    table: 'app',
    find: { index: 'byMail', email: '{email}' },
    owner: { email: '{email}' },
    learns: { userId: 'userId' },
    action: 'erase',
  }
  const ACCOUNT: DraftHolding = { table: 'app', find: { PK: 'USER#{userId}' }, action: 'erase' }
  const rows = [
    { PK: 'USER#u1', SK: 'PROFILE', owner: 'OWNER#u1', email: 'one@example.com', userId: 'u2' },
    { PK: 'USER#u1', SK: 'FB', owner: 'OWNER#u1', email: 'FB#7', userId: 'u2' },
    { PK: 'USER#u2', SK: 'PROFILE', owner: 'OWNER#u2', email: 'two@example.com', userId: 'u2' },
  ]

  it.each<[string, Draft, string | Readonly<Record<string, readonly string[]>>]>([
    ['whose key names another', draft(KEYED), '1'],
    ['that is found by another', draft(FOUND), '1'],
    [
      'whose key names another, though it is found by an address',
      draft(MAILED, { account: ACCOUNT }),
      { email: ['one@example.com'] },
    ],
    [
      'whose key names another, though a Meta id leads to it',
      draft(
        { ...MAILED, find: { index: 'byMail', email: 'FB#{fb}' }, owner: { email: 'FB#{fb}' } },
        { account: ACCOUNT },
      ),
      { fb: ['7'] },
    ],
    [
      'whose key names another, in a part of it',
      draft(MAILED, { account: { ...ACCOUNT, find: { PK: 'USER#{userId}', SK: 'PROFILE' } } }),
      { email: ['one@example.com'] },
    ],
  ])('%s is a second one: nothing is touched', async (_what, map, who) => {
    expect(findingsIn(map)).toEqual([])
    const all = { links: LINKS, app: rows }
    const { asks, left } = companyOf(map, all)
    expect(await asks(who)).toMatchObject({ state: 'needs_review', reason: 'second_person' })
    expect(left()).toEqual(all)
  })

  it('that is the one in the key is believed', async () => {
    const { asks, left } = companyOf(draft(KEYED), { links: LINKS, app: [rows[2] ?? {}] })
    expect(await asks({ userId: ['u2'] })).toMatchObject({ state: 'completed', erased: { profile: 1 } })
    expect(left()).toEqual({ links: LINKS })
  })
})

describe('a value that is no key', () => {
  const EMAIL = { email: { of: 'alias', normalise: 'email' } } as const
  const PROFILE: DraftHolding = {
    table: 'app',
    find: { PK: 'USER#{userId}', SK: 'PROFILE' },
    learns: { email: 'email' },
    action: 'erase',
  }
  const REST: DraftHolding = { table: 'app', find: { PK: 'USER#{userId}' }, action: 'erase' }
  const NEWS: DraftHolding = { table: 'news', find: { email: '{email}' }, action: 'erase' }
  const BY_OWNER: DraftHolding = {
    table: 'app',
    find: { index: 'byOwner', owner: '{userId}' },
    owner: { owner: '{userId}' },
    action: 'erase',
  }
  const draft = (holdings: Draft['holdings']): Draft => ({
    identities: EMAIL,
    tables: { app: [{ PK: 'S', SK: 'S' }, { byOwner: { owner: 'S' } }], news: [{ email: 'S', topic: 'S' }] },
    holdings: { ...holdings, news: NEWS },
  })
  const rows = {
    links: LINKS,
    app: [{ PK: 'USER#u1', SK: 'PROFILE', owner: 'u1', email: ['a@example.com'], issuedAt: '2026-01-01' }],
    news: [{ email: 'a@example.com', topic: 'x' }],
  }
  const KEPT: DraftHolding['action'] = {
    retain: {
      because: 'tax',
      until: { from: 'issuedAt', format: 'iso', for: 'P10Y' },
      ends: { by: 'ttl', attribute: 'ttl' },
      keep: [],
    },
  }

  it.each<[string, Draft['holdings']]>([
    ['alone', { profile: PROFILE }],
    ['before one of the whole partition', { profile: PROFILE, rest: REST }],
    ['after one of the whole partition', { rest: REST, profile: PROFILE }],
    ['beside one that finds the item by an index', { profile: PROFILE, owned: BY_OWNER }],
    ['after one that finds the item by an index', { owned: BY_OWNER, profile: PROFILE }],
    ['last', { rest: REST, profile: { ...PROFILE, last: true } }],
    [
      'beside one that redacts the item',
      { rest: { ...REST, action: { redact: { email: 'remove' } } }, profile: PROFILE },
    ],
    ['after one that keeps little of the item', { rest: { ...REST, action: KEPT }, profile: PROFILE }],
  ])(
    'stops the request, and the item stays, where the holding that learns it stands %s',
    async (_where, holdings) => {
      expect(findingsIn(draft(holdings))).toEqual([])
      const { asks, rows: rowsOf } = companyOf(draft(holdings), rows)
      const { state, residue } = await asks('1')
      expect({ state, residue }).toEqual({
        state: 'needs_operator',
        residue: expect.arrayContaining([expect.stringMatching(/^\w+ unusable_identity 1$/)]),
      })
      expect(rowsOf('app')).toEqual(rows.app)
      expect(rowsOf('news')).toEqual(rows.news)
    },
  )

  it('stops a request of the scope that does not learn it, as the item is the only way to it', async () => {
    const platform: DraftHolding = { ...REST, scope: 'platform' }
    const { asks, rows: rowsOf } = companyOf(draft({ profile: PROFILE, rest: platform }), rows)
    const { state, residue } = await asks('1', { scope: 'platform' })
    expect({ state, residue }).toEqual({
      state: 'needs_operator',
      residue: expect.arrayContaining([expect.stringMatching(/^\w+ unusable_identity 1$/)]),
    })
    expect(rowsOf('app')).toEqual(rows.app)
  })

  it('that another holding has still to learn is learnt before the item goes', async () => {
    // The address is written after the request has been resolved.
    const before = { ...rows, app: [{ PK: 'USER#u1', SK: 'PROFILE', owner: 'u1' }] }
    let isLate = true
    const { world, asks, left } = companyOf(
      draft({ profile: PROFILE, owned: BY_OWNER }),
      before,
      (usual) => ({
        ledger: {
          ...usual.ledger,
          async save(row) {
            if (isLate && row.firstDeleteAt) {
              isLate = false
              world.putRows({ app: [{ PK: 'USER#u1', SK: 'PROFILE', owner: 'u1', email: 'a@example.com' }] })
            }
            return usual.ledger.save(row)
          },
        },
      }),
    )
    expect(await asks('1')).toMatchObject({ state: 'completed' })
    expect(isLate).toBe(false)
    expect(left()).toEqual({})
  })

  it.each<[string, unknown, readonly string[]]>([
    ['null', null, []],
    ['the empty text', '', []],
    ['not there', undefined, []],
    ['null and a value', [null, '', 'a@example.com'], ['a@example.com']],
  ])('is none of those that are no value: %s', async (_what, email, found) => {
    const map = draft({
      profile: { ...PROFILE, learns: { email: Array.isArray(email) ? 'email[*]' : 'email' } },
    })
    const app = [{ PK: 'USER#u1', SK: 'PROFILE', ...(email !== undefined && { email }) }]
    const { asks, left } = companyOf(map, { ...rows, app })
    const erased = { profile: 1, link: 1, ...(found.length > 0 && { news: 1 }) }
    expect(await asks('1')).toEqual({ state: 'completed', erased, redacted: {}, retained: {} })
    expect(left()).toEqual(found.length > 0 ? {} : { news: rows.news })
  })

  it.each<[string, unknown]>([
    ['a map', { of: 'a' }],
    ['a boolean', false],
    ['a placeholder', 'unknown'],
    ['the placeholder 0', 0],
    ['a set', new Set(['a@example.com'])],
  ])('is %s', async (_what, email) => {
    const app = [{ PK: 'USER#u1', SK: 'PROFILE', email }]
    const { asks, rows: rowsOf } = companyOf(draft({ profile: PROFILE }), { ...rows, app })
    expect(await asks('1')).toMatchObject({
      state: 'needs_operator',
      residue: ['profile unusable_identity 1'],
    })
    expect(rowsOf('app')).toEqual(app)
  })

  it.each([null, ''])('a link to nobody (%j) teaches nothing, and goes', async (userId) => {
    const { asks, left } = companyOf(draft({ profile: PROFILE }), { links: [{ fb: '1', userId }] })
    expect(await asks('1')).toEqual({ state: 'completed', erased: { link: 1 }, redacted: {}, retained: {} })
    expect(left()).toEqual({})
  })

  it('a record that is null has no children', async () => {
    const map: Draft = {
      identities: { orderId: { of: 'record' } },
      tables: { orders: [{ id: 'S' }, { byUser: { userId: 'S' } }], lines: [{ orderId: 'S', n: 'N' }] },
      holdings: {
        lines: {
          table: 'lines',
          per: 'orders',
          find: { orderId: '{orderId}' },
          owner: { userId: '{userId}' },
          action: 'erase',
        },
        orders: { table: 'orders', ...BY_USER, learns: { orderId: 'no' }, action: 'erase' },
      },
    }
    const orders = [
      { id: 'a', userId: 'u1', no: null },
      { id: 'b', userId: 'u1', no: '' },
    ]
    const { asks, left } = companyOf(map, { links: LINKS, orders })
    expect(await asks('1')).toMatchObject({ state: 'completed', erased: { orders: 2, link: 1 } })
    expect(left()).toEqual({})
  })
})

describe('a hold attribute', () => {
  const held = (action: DraftHolding['action']): Draft => ({
    tables: { notes: [{ userId: 'S', n: 'N' }, {}, { holdAttribute: 'hold' }] },
    holdings: { notes: { table: 'notes', find: { userId: '{userId}' }, action } },
  })

  it.each([null, '', false])('that is %j holds nothing', async (hold) => {
    const notes = [{ userId: 'u1', n: 1, hold }]
    const { asks, left } = companyOf(held('erase'), { links: LINKS, notes })
    expect(await asks('1')).toMatchObject({ state: 'completed', erased: { notes: 1, link: 1 } })
    expect(left()).toEqual({})
  })

  it('that is null holds nothing that is redacted', async () => {
    const notes = [{ userId: 'u1', n: 1, text: 'a', hold: null }]
    const { asks, left } = companyOf(held({ redact: { text: 'remove' } }), { links: LINKS, notes })
    expect(await asks('1')).toMatchObject({ state: 'completed', redacted: { notes: 1 } })
    expect(left()).toEqual({ notes: [{ userId: 'u1', n: 1, hold: null }] })
  })

  it.each([[true], [0], ['x'], [[null]], [{}]])('that is %j holds', async (hold) => {
    const notes = [{ userId: 'u1', n: 1, hold }]
    const { asks, rows } = companyOf(held('erase'), { links: LINKS, notes })
    expect(await asks('1')).toMatchObject({ state: 'needs_operator', residue: ['notes held 1'] })
    expect(rows('notes')).toEqual(notes)
  })
})
