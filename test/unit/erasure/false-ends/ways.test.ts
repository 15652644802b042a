/** The only way to what is not erased stays: as a stub, with nothing but what others find their data by. */
import { describe, expect, it } from 'vitest'
import { companyOf, type Draft, type DraftHolding, findingsIn, type Rows, TEN_YEARS } from './company-of.ts'

const LINKS = [1, 2, 3].map((n) => ({ fb: String(n), userId: `u${n}` }))
const linksOf = (...people: readonly number[]) => people.map((n) => LINKS[n - 1] ?? {})

describe('one row of a conversation, which the other side finds by an inverted index', () => {
  const mine: Pick<DraftHolding, 'owner' | 'action'> = { owner: { author: '{userId}' }, action: 'erase' }
  const draft = (strands: Pick<DraftHolding, 'strands'> = {}): Draft => ({
    identities: { convId: { of: 'record' } },
    tables: {
      app: [{ PK: 'S', SK: 'S' }, { inverted: { SK: 'S', PK: 'S' } }],
      messages: [{ convId: 'S', n: 'N' }],
    },
    holdings: {
      begunMessages: { table: 'messages', per: 'begun', find: { convId: '{convId}' }, ...mine },
      joinedMessages: { table: 'messages', per: 'joined', find: { convId: '{convId}' }, ...mine },
      begun: {
        table: 'app',
        find: { PK: 'USER#{userId}', SK: { beginsWith: 'WITH#' } },
        learns: { convId: 'convId' },
        action: 'erase',
        ...strands,
      },
      joined: {
        table: 'app',
        find: { index: 'inverted', SK: 'WITH#{userId}' },
        owner: { SK: 'WITH#{userId}' },
        learns: { convId: 'convId' },
        action: 'erase',
        ...strands,
      },
    },
  })
  const row = { PK: 'USER#u1', SK: 'WITH#u2', convId: 'c1', title: 'To Two', last: 'words of one' }
  const stub = { PK: 'USER#u1', SK: 'WITH#u2', convId: 'c1' }
  const messages = [
    { convId: 'c1', n: 1, author: 'u1', text: 'words of one' },
    { convId: 'c1', n: 2, author: 'u2', text: 'words of two' },
  ]
  const rows = { links: linksOf(1, 2), app: [row], messages }
  const theirs = messages[1]

  it('stays as a stub until the other side has gone, too', async () => {
    const { asks, left } = companyOf(draft(), rows)
    expect(await asks('1')).toEqual({
      state: 'completed',
      erased: { begunMessages: 1, link: 1 },
      redacted: { begun: 1 },
      retained: {},
    })
    expect(left()).toEqual({ links: linksOf(2), app: [stub], messages: [theirs] })
    expect(await asks('2')).toEqual({
      state: 'completed',
      erased: { joinedMessages: 1, joined: 1, link: 1 },
      redacted: {},
      retained: {},
    })
    expect(left()).toEqual({})
  })

  it('the same if the other side asks first', async () => {
    const { asks, left } = companyOf(draft(), rows)
    expect(await asks('2')).toMatchObject({
      state: 'completed',
      erased: { joinedMessages: 1, link: 1 },
      redacted: { joined: 1 },
    })
    expect(left()).toEqual({ links: linksOf(1), app: [stub], messages: [messages[0]] })
    expect(await asks('1')).toMatchObject({ state: 'completed', erased: { begunMessages: 1, begun: 1 } })
    expect(left()).toEqual({})
  })

  it('a stub is nothing more to do for who asks again', async () => {
    const { asks, left } = companyOf(draft(), rows)
    await asks('1')
    const before = left()
    expect(await asks({ userId: ['u1'] })).toEqual({
      state: 'completed',
      erased: {},
      redacted: {},
      retained: {},
    })
    expect(left()).toEqual(before)
  })

  it('a stub goes with the next request of its person, once it leads nowhere', async () => {
    const { world, asks, left } = companyOf(draft(), rows)
    await asks('1')
    world.remove('messages', { convId: { S: 'c1' }, n: { N: '2' } })
    expect(await asks({ userId: ['u1'] })).toMatchObject({ state: 'completed', erased: { begun: 1 } })
    expect(left()).toEqual({ links: linksOf(2) })
  })

  it('goes where it leads to nothing of anybody else', async () => {
    const { asks, left } = companyOf(draft(), { ...rows, messages: messages.slice(0, 1) })
    expect(await asks('1')).toEqual({
      state: 'completed',
      erased: { begunMessages: 1, begun: 1, link: 1 },
      redacted: {},
      retained: {},
    })
    expect(left()).toEqual({ links: linksOf(2) })
  })

  it('goes all the same where the map says why', async () => {
    const map = draft({ strands: 'messages go after a year' })
    const { asks, left } = companyOf(map, rows)
    expect(await asks('1')).toEqual({
      state: 'completed',
      erased: { begunMessages: 1, begun: 1, link: 1 },
      redacted: {},
      retained: {},
    })
    expect(left()).toEqual({ links: linksOf(2), messages: [theirs] })
  })

  it('the check takes the reason', () => {
    expect(findingsIn(draft({ strands: 'messages go after a year' }))).toEqual([])
  })

  it('stays for each of many, and not for those whose conversation was with nobody', async () => {
    const many = Array.from({ length: 60 }, (_, n) => n)
    const begun = many.map((n) => ({ ...row, SK: `WITH#v${n}`, convId: `c${n}` }))
    // Every third has answered.
    const all = many.flatMap((n) => [
      { convId: `c${n}`, n: 1, author: 'u1' },
      ...(n % 3 === 0 ? [{ convId: `c${n}`, n: 2, author: `v${n}` }] : []),
    ])
    const { asks, left } = companyOf(draft(), { links: linksOf(1), app: begun, messages: all })
    expect(await asks('1')).toMatchObject({
      state: 'completed',
      erased: { begunMessages: 60, begun: 40, link: 1 },
      redacted: { begun: 20 },
    })
    for (const n of many) expect(await asks({ userId: [`v${n}`] })).toMatchObject({ state: 'completed' })
    expect(left()).toEqual({})
  })
})

describe('an order by which several people find their lines', () => {
  const ROLES = ['buyer', 'seller', 'carrier'] as const
  type Role = (typeof ROLES)[number]
  const draft = (actions: Partial<Record<Role, DraftHolding['action']>> = {}): Draft => ({
    identities: { orderNo: { of: 'record' } },
    tables: {
      orders: [
        { id: 'S' },
        { byBuyer: { buyer: 'S' }, bySeller: { seller: 'S' }, byCarrier: { carrier: 'S' } },
      ],
      lines: [{ orderNo: 'S', n: 'N' }],
    },
    holdings: Object.fromEntries(
      ROLES.flatMap((role) => [
        [
          `${role}Lines`,
          {
            table: 'lines',
            per: role,
            find: { orderNo: '{orderNo}' },
            owner: { userId: '{userId}' },
            action: 'erase',
          } satisfies DraftHolding,
        ],
        [
          role,
          {
            table: 'orders',
            find: { index: `by${role[0]?.toUpperCase()}${role.slice(1)}`, [role]: '{userId}' },
            owner: { [role]: '{userId}' },
            learns: { orderNo: 'no' },
            action: actions[role] ?? 'erase',
          } satisfies DraftHolding,
        ],
      ]),
    ),
  })
  const order = { id: 'x', no: 'o1', buyer: 'u1', seller: 'u2', carrier: 'u3', shipTo: '1 Street', total: 9 }
  const lines = [1, 2, 3].map((n) => ({ orderNo: 'o1', n, userId: `u${n}`, what: `by u${n}` }))
  const rows = { links: LINKS, orders: [order], lines }

  it('loses one after the other, and goes with the last', async () => {
    const { asks, left } = companyOf(draft(), rows)
    expect(await asks('1')).toMatchObject({
      state: 'completed',
      erased: { buyerLines: 1, link: 1 },
      redacted: { buyer: 1 },
    })
    expect(left()).toEqual({
      links: linksOf(2, 3),
      orders: [{ id: 'x', no: 'o1', seller: 'u2', carrier: 'u3' }],
      lines: lines.slice(1),
    })
    expect(await asks('2')).toMatchObject({ state: 'completed', erased: { sellerLines: 1, link: 1 } })
    expect(left()).toEqual({
      links: linksOf(3),
      orders: [{ id: 'x', no: 'o1', carrier: 'u3' }],
      lines: lines.slice(2),
    })
    expect(await asks('3')).toMatchObject({
      state: 'completed',
      erased: { carrierLines: 1, carrier: 1, link: 1 },
    })
    expect(left()).toEqual({})
  })

  it('goes before the last whom it names, where that one has no lines', async () => {
    const { asks, left } = companyOf(draft(), { ...rows, lines: lines.slice(0, 2) })
    await asks('1')
    const [stub] = left()['orders'] ?? []
    expect(stub).toMatchObject({ id: 'x', no: 'o1', seller: 'u2' })
    expect(stub).not.toHaveProperty('shipTo')
    await asks('2')
    expect(left()).toEqual({ links: linksOf(3) })
  })

  it.each<[string, DraftHolding['action']]>([
    ['redacts the number of the order', { redact: { buyer: 'remove', no: 'remove', shipTo: 'remove' } }],
    ['redacts who the seller is', { redact: { buyer: 'remove', seller: 'remove', shipTo: 'remove' } }],
    ['keeps too little', { retain: { ...TEN_YEARS.retain, keep: ['total'] } }],
  ])('still leads the seller to theirs where the holding of the buyer %s', async (_what, buyer) => {
    const dated = { ...order, issuedAt: '2026-01-01T00:00:00.000Z' }
    const { asks, rows: rowsOf } = companyOf(draft({ buyer }), { ...rows, orders: [dated] })
    await asks('1')
    expect(rowsOf('lines')).toEqual(lines.slice(1))
    for (const person of ['2', '3']) expect((await asks(person)).state).toMatch(/^completed/)
    expect(rowsOf('lines')).toEqual([])
  })
})

describe('the way down to what others have two levels below', () => {
  const owner = { userId: '{userId}' }
  const draft: Draft = {
    identities: { postId: { of: 'record' }, commentId: { of: 'record' } },
    tables: {
      posts: [{ id: 'S' }, { byUser: { userId: 'S' } }],
      comments: [{ postId: 'S', id: 'S' }],
      likes: [{ id: 'S' }, { byComment: { commentId: 'S' } }],
    },
    holdings: {
      likes: {
        table: 'likes',
        per: 'comments',
        find: { index: 'byComment', commentId: '{commentId}' },
        owner,
        action: 'erase',
      },
      comments: {
        table: 'comments',
        per: 'posts',
        find: { postId: '{postId}' },
        owner,
        learns: { commentId: 'id' },
        action: 'erase',
      },
      posts: {
        table: 'posts',
        find: { index: 'byUser', userId: '{userId}' },
        owner,
        learns: { postId: 'id' },
        action: 'erase',
      },
    },
  }

  it('goes where nobody else could have gone it', async () => {
    const { asks, left } = companyOf(draft, {
      links: linksOf(1),
      posts: [{ id: 'p1', userId: 'u1' }],
      comments: [{ postId: 'p1', id: 'k1', userId: 'u1' }],
      likes: [{ id: 'l1', commentId: 'k1', userId: 'u1' }],
    })
    expect(await asks('1')).toMatchObject({ state: 'completed', erased: { posts: 1, comments: 1, likes: 1 } })
    expect(left()).toEqual({})
  })

  it('stays, level by level, where others share the post', async () => {
    const shared: Draft = {
      ...draft,
      tables: { ...draft.tables, posts: [{ id: 'S' }, { byUser: { userId: 'S' }, byGuest: { guest: 'S' } }] },
      holdings: {
        ...draft.holdings,
        guestLikes: { ...(draft.holdings['likes'] as DraftHolding), per: 'guestComments' },
        guestComments: {
          ...(draft.holdings['comments'] as DraftHolding),
          per: 'guestPosts',
          owner: { guest: '{userId}' },
        },
        guestPosts: {
          table: 'posts',
          find: { index: 'byGuest', guest: '{userId}' },
          owner: { guest: '{userId}' },
          learns: { postId: 'id' },
          action: 'erase',
        },
      },
    }
    const { asks, left } = companyOf(shared, {
      links: linksOf(1, 2),
      posts: [{ id: 'p1', userId: 'u1', guest: 'u2', text: 'a' }],
      comments: [{ postId: 'p1', id: 'k1', userId: 'u1', guest: 'u2', text: 'b' }],
      likes: [
        { id: 'l1', commentId: 'k1', userId: 'u1' },
        { id: 'l2', commentId: 'k1', userId: 'u2' },
      ],
    })
    expect(await asks('1')).toMatchObject({
      state: 'completed',
      erased: { likes: 1, link: 1 },
      redacted: { posts: 1, comments: 1 },
    })
    expect(left()).toEqual({
      links: linksOf(2),
      posts: [{ id: 'p1', guest: 'u2' }],
      comments: [{ postId: 'p1', id: 'k1', guest: 'u2' }],
      likes: [{ id: 'l2', commentId: 'k1', userId: 'u2' }],
    })
    expect(await asks('2')).toMatchObject({ state: 'completed' })
    expect(left()).toEqual({})
  })
})

describe('an item of two people that teaches a group', () => {
  const pair = (attribute: 'a' | 'b'): DraftHolding => ({
    table: 'pairs',
    find: { index: `by_${attribute}`, [attribute]: '{userId}' },
    owner: { [attribute]: '{userId}' },
    learns: { teamId: 'team' },
    action: 'erase',
  })
  const draft: Draft = {
    identities: { teamId: { of: 'group' } },
    tables: {
      pairs: [{ id: 'S' }, { by_a: { a: 'S' }, by_b: { b: 'S' } }],
      members: [{ team: 'S', member: 'S' }],
    },
    holdings: {
      pairsA: pair('a'),
      pairsB: pair('b'),
      members: { table: 'members', find: { team: 'TEAM#{teamId}', member: '{userId}' }, action: 'erase' },
    },
  }
  const rows = {
    links: linksOf(1, 2),
    pairs: [{ id: 'x', a: 'u1', b: 'u2', team: 't1', text: 'the two' }],
    members: [
      { team: 'TEAM#t1', member: 'u1' },
      { team: 'TEAM#t1', member: 'u2' },
    ],
  }

  it('stays for the other one as a stub', async () => {
    expect(findingsIn(draft)).toEqual([])
    const { asks, left } = companyOf(draft, rows)
    expect(await asks('1')).toMatchObject({
      state: 'completed',
      erased: { members: 1, link: 1 },
      redacted: { pairsA: 1 },
    })
    expect(left()).toEqual({
      links: linksOf(2),
      pairs: [{ id: 'x', b: 'u2', team: 't1' }],
      members: [rows.members[1]],
    })
    expect(await asks('2')).toMatchObject({ state: 'completed', erased: { members: 1, pairsB: 1, link: 1 } })
    expect(left()).toEqual({})
  })

  it('goes where the group leads the other one to nothing', async () => {
    const { asks, left } = companyOf(draft, { ...rows, members: rows.members.slice(0, 1) })
    expect(await asks('1')).toMatchObject({ state: 'completed', erased: { members: 1, pairsA: 1 } })
    expect(left()).toEqual({ links: linksOf(2) })
  })
})

describe('a request of one scope', () => {
  const find = (by: string) => ({ index: `by_${by}`, [by]: by === 'fb' ? '{fb}' : '{userId}' })
  const draft = (igOrders: Partial<DraftHolding>, more: Draft['holdings'] = {}): Draft => ({
    identities: { orderId: { of: 'record' }, lineId: { of: 'record' } },
    tables: {
      orders: [{ id: 'S' }, { by_userId: { userId: 'S' }, by_fb: { fb: 'S' } }],
      lines: [{ orderId: 'S', n: 'N' }],
    },
    holdings: {
      lines: {
        table: 'lines',
        per: 'orders',
        find: { orderId: '{orderId}' },
        owner: { userId: '{userId}' },
        action: 'erase',
      },
      orders: {
        table: 'orders',
        find: find('userId'),
        owner: { userId: '{userId}' },
        learns: { orderId: 'id' },
        action: 'erase',
      },
      igOrders: {
        table: 'orders',
        find: find('fb'),
        owner: { fb: '{fb}' },
        action: 'erase',
        scope: 'platform',
        ...igOrders,
      },
      ...more,
    },
  })
  const order = { id: 'o1', userId: 'u1', fb: '1', picture: 'x' }
  const lines = [1, 2].map((n) => ({ orderId: 'o1', n, userId: 'u1' }))
  const rows: Rows = { links: linksOf(1), orders: [order], lines }
  const account = { userId: ['u1'] }

  it('leaves the children that the other scope has their way', async () => {
    expect(findingsIn(draft({}))).toEqual([])
    const { asks, left } = companyOf(draft({}), rows)
    expect(await asks('1', { scope: 'platform' })).toEqual({
      state: 'completed',
      erased: { link: 1 },
      redacted: { igOrders: 1 },
      retained: {},
    })
    expect(left()).toEqual({ orders: [{ id: 'o1', userId: 'u1' }], lines })
    expect(await asks(account)).toEqual({
      state: 'completed',
      erased: { lines: 2, orders: 1 },
      redacted: {},
      retained: {},
    })
    expect(left()).toEqual({})
  })

  it('takes the item where it leads to no children', async () => {
    const { asks, left } = companyOf(draft({}), { ...rows, lines: [] })
    expect(await asks('1', { scope: 'platform' })).toMatchObject({ erased: { igOrders: 1, link: 1 } })
    expect(left()).toEqual({})
  })

  it('leaves the children of children their way', async () => {
    const lined = lines.map((line) => ({ ...line, id: `o1-${line.n}` }))
    const parts = lined.map(({ id }) => ({ lineId: id, n: 1, userId: 'u1' }))
    const base = draft({})
    const { asks, left } = companyOf(
      {
        ...base,
        tables: { ...base.tables, parts: [{ lineId: 'S', n: 'N' }] },
        holdings: {
          parts: {
            table: 'parts',
            per: 'lines',
            find: { lineId: '{lineId}' },
            owner: { userId: '{userId}' },
            action: 'erase',
          },
          ...base.holdings,
          lines: { ...(base.holdings['lines'] as DraftHolding), learns: { lineId: 'id' } },
        },
      },
      { ...rows, lines: lined, parts },
    )
    await asks('1', { scope: 'platform' })
    expect(left()).toEqual({ orders: [{ id: 'o1', userId: 'u1' }], lines: lined, parts })
    expect(await asks(account)).toMatchObject({
      state: 'completed',
      erased: { parts: 2, lines: 2, orders: 1 },
    })
    expect(left()).toEqual({})
  })

  it.each<[string, Partial<DraftHolding>]>([
    [
      'redacts what they are found by',
      { action: { redact: { userId: 'remove', fb: 'remove', picture: 'remove' } } },
    ],
    ['erases a whole partition', { find: { id: '{fb}' }, owner: { fb: '{fb}' } }],
  ])('leaves the children that the other scope has their way where it %s', async (_what, igOrders) => {
    const orders = [{ ...order, id: '1' }]
    const its = lines.map((line) => ({ ...line, orderId: '1' }))
    const { asks, left } = companyOf(draft(igOrders), { ...rows, orders, lines: its })
    expect((await asks('1', { scope: 'platform' })).state).toBe('completed')
    expect(left()['lines']).toEqual(its)
    expect(left()['orders']).toEqual([{ id: '1', userId: 'u1' }])
    expect(await asks(account)).toMatchObject({ state: 'completed', erased: { lines: 2, orders: 1 } })
    expect(left()).toEqual({})
  })

  it('leaves what teaches the other scope a group', async () => {
    const base = draft({})
    const { asks, left } = companyOf(
      {
        ...base,
        identities: { ...base.identities, teamId: { of: 'group' } },
        tables: { ...base.tables, members: [{ team: 'S', member: 'S' }] },
        holdings: {
          ...base.holdings,
          orders: { ...(base.holdings['orders'] as DraftHolding), learns: { teamId: 'team' } },
          members: { table: 'members', find: { team: 'TEAM#{teamId}', member: '{userId}' }, action: 'erase' },
          lines: { table: 'lines', find: { orderId: '{userId}' }, action: 'erase' },
        },
      },
      {
        links: linksOf(1),
        orders: [{ ...order, team: 't1' }],
        members: [{ team: 'TEAM#t1', member: 'u1' }],
      },
    )
    await asks('1', { scope: 'platform' })
    expect(left()['orders']).toEqual([{ id: 'o1', userId: 'u1', team: 't1' }])
    expect(await asks(account)).toMatchObject({ state: 'completed', erased: { members: 1, orders: 1 } })
    expect(left()).toEqual({})
  })

  it('lets them be stranded where the map says why', async () => {
    const { asks, left } = companyOf(draft({ strands: 'lines go by themselves' }), rows)
    expect(await asks('1', { scope: 'platform' })).toMatchObject({ erased: { igOrders: 1, link: 1 } })
    expect(left()).toEqual({ lines })
  })
})
