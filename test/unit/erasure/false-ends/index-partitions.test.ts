/** A partition of an index whose key names the person is looked at as a whole, like one of the table. */
import { describe, expect, it } from 'vitest'
import { companyOf, type Draft, type DraftHolding, findingsIn, type Row } from './company-of.ts'

const LINKS = [{ fb: '1', userId: 'u1' }]
const POSTS: DraftHolding = {
  table: 'items',
  find: { index: 'GSI1', GSI1PK: 'USER#{userId}', GSI1SK: { beginsWith: 'POST#' } },
  owner: { GSI1PK: 'USER#{userId}' },
  action: 'erase',
}
const draft = (holdings: Draft['holdings']): Draft => ({
  identities: { email: { of: 'alias', normalise: 'email' }, teamId: { of: 'group' } },
  tables: {
    items: [{ id: 'S' }, { GSI1: { GSI1PK: 'S', GSI1SK: 'S' } }],
    news: [{ email: 'S' }],
  },
  holdings: { ...holdings, news: { table: 'news', find: { email: '{email}' }, action: 'erase' } },
})
const post = { id: 'p', GSI1PK: 'USER#u1', GSI1SK: 'POST#1' }
const note = { id: 'd', GSI1PK: 'USER#u1', GSI1SK: 'DRAFT#1', text: 'mine' }

describe('what lies in an index partition of the person', () => {
  it('stops the request if no holding claims its kind', async () => {
    expect(findingsIn(draft({ posts: POSTS }))).toEqual([])
    const { company, rows } = companyOf(draft({ posts: POSTS }), { links: LINKS, items: [post, note] })
    const key = await company.receive({ fb: ['1'] })
    const { state, problem } = await company.settle(key)
    expect(state).toBe('needs_operator')
    expect(problem?.residue).toEqual([{ table: 'items', sortKey: 'DRAFT#', items: 1, why: 'unclaimed' }])
    expect(rows('items')).toEqual([note])
  })

  it.each<[string, Partial<DraftHolding>, Row]>([
    ['leaves it by a condition', { unless: { pinned: true } }, { ...post, id: 'x', pinned: true }],
    ['finds another range', {}, { ...post, id: 'x', GSI1SK: 'POSTED#1' }],
    [
      'finds only what has the whole sort key',
      { find: { index: 'GSI1', GSI1PK: 'USER#{userId}', GSI1SK: 'POST#1' } },
      { ...post, id: 'x', GSI1SK: 'POST#2' },
    ],
  ])('stops the request if the only holding there %s', async (_how, more, item) => {
    const map = draft({ posts: { ...POSTS, ...more } })
    expect(findingsIn(map)).toEqual([])
    const { asks, rows } = companyOf(map, { links: LINKS, items: [post, item] })
    expect(await asks('1')).toMatchObject({ state: 'needs_operator', residue: ['items unclaimed 1'] })
    expect(rows('items')).toEqual([item])
  })

  it('stops the request if an alias names the partition, a learnt one too', async () => {
    const map = draft({
      posts: { ...POSTS, learns: { email: 'email' } },
      mails: {
        table: 'items',
        find: { index: 'GSI1', GSI1PK: 'MAIL#{email}', GSI1SK: { beginsWith: 'IN#' } },
        owner: { GSI1PK: 'MAIL#{email}' },
        action: 'erase',
      },
    })
    expect(findingsIn(map)).toEqual([])
    const out = { id: 'o', GSI1PK: 'MAIL#a@example.com', GSI1SK: 'OUT#1' }
    const items = [
      { ...post, email: 'a@example.com' },
      { id: 'i', GSI1PK: 'MAIL#a@example.com', GSI1SK: 'IN#1' },
      out,
    ]
    const { asks, rows } = companyOf(map, { links: LINKS, items })
    expect(await asks('1')).toMatchObject({ state: 'needs_operator', residue: ['items unclaimed 1'] })
    expect(rows('items')).toEqual([out])
  })

  it('stops a request of another scope, as in a partition of the table', async () => {
    const map = draft({ posts: { ...POSTS, scope: 'platform' } })
    const { asks } = companyOf(map, { links: LINKS, items: [post, note] })
    expect(await asks('1', { scope: 'platform' })).toMatchObject({
      state: 'needs_operator',
      residue: ['items unclaimed 1'],
    })
  })

  it('stops the request although the index shows it only after a while', async () => {
    let isSettled = false
    const { asks, rows } = companyOf(
      draft({ posts: POSTS }),
      { links: LINKS, items: [post, note] },
      (usual) => ({
        settling: {
          milliseconds: 5000,
          async wait() {
            isSettled = true
          },
        },
        records: {
          ...usual.records,
          async page(query, after) {
            const page = await usual.records.page(query, after)
            if (query.index === undefined || isSettled) return page
            return { ...page, items: page.items.filter(({ id }) => id?.S !== 'd') }
          },
        },
      }),
    )
    expect(await asks('1')).toMatchObject({ state: 'needs_operator', residue: ['items unclaimed 1'] })
    expect(rows('items')).toEqual([note])
  })

  it('is read by its keys alone', async () => {
    const read: (readonly string[] | undefined)[] = []
    const { asks } = companyOf(draft({ posts: POSTS }), { links: LINKS, items: [post, note] }, (usual) => ({
      records: {
        ...usual.records,
        async page(query, after) {
          const isWhole = query.index !== undefined && query.sort === undefined
          if (isWhole) read.push(query.attributes)
          return usual.records.page(query, after)
        },
      },
    }))
    await asks('1')
    expect(read.length).toBeGreaterThanOrEqual(1)
    for (const attributes of read) {
      expect(['id', 'GSI1PK', 'GSI1SK']).toEqual(expect.arrayContaining([...(attributes ?? ['all'])]))
    }
  })

  it('stops nothing if a holding leaves it', async () => {
    const left: DraftHolding = {
      table: 'items',
      find: { index: 'GSI1', GSI1PK: 'USER#{userId}', GSI1SK: { beginsWith: 'DRAFT#' } },
      action: { leave: 'drafts belong to the shop' },
    }
    const { asks, rows } = companyOf(draft({ posts: POSTS, left }), { links: LINKS, items: [post, note] })
    expect(await asks('1')).toMatchObject({ state: 'completed', erased: { posts: 1, link: 1 } })
    expect(rows('items')).toEqual([note])
  })

  it('stops nothing if another holding claims it by another way', async () => {
    const own: DraftHolding = {
      table: 'items',
      find: { id: '{userId}' },
      action: { redact: { text: 'remove' } },
    }
    const { asks } = companyOf(draft({ posts: POSTS, own }), {
      links: LINKS,
      items: [post, { ...note, id: 'u1' }],
    })
    expect(await asks('1')).toMatchObject({
      state: 'completed',
      erased: { posts: 1, link: 1 },
      redacted: { own: 1 },
    })
  })

  // The index says about whom it is, the owner by whom.
  it('stops nothing if its owner is another person', async () => {
    const about: DraftHolding = { ...POSTS, owner: { author: '{userId}' } }
    const theirs = { ...post, id: 't', author: 'u2' }
    const { asks, rows } = companyOf(draft({ about }), {
      links: LINKS,
      items: [{ ...post, author: 'u1' }, theirs],
    })
    expect(await asks('1')).toMatchObject({ state: 'completed', erased: { about: 1, link: 1 } })
    expect(rows('items')).toEqual([theirs])
  })

  it('is not looked at where the key of the index names a group, or a record', async () => {
    const map = draft({
      posts: { ...POSTS, learns: { teamId: 'team' } },
      duties: {
        table: 'items',
        find: { index: 'GSI1', GSI1PK: 'TEAM#{teamId}', GSI1SK: 'DUTY#{userId}' },
        owner: { GSI1SK: 'DUTY#{userId}' },
        action: 'erase',
      },
    })
    expect(findingsIn(map)).toEqual([])
    const theirs = { id: 't', GSI1PK: 'TEAM#t1', GSI1SK: 'DUTY#u2' }
    const items = [{ ...post, team: 't1' }, { id: 'm', GSI1PK: 'TEAM#t1', GSI1SK: 'DUTY#u1' }, theirs]
    const { asks, rows } = companyOf(map, { links: LINKS, items })
    expect(await asks('1')).toMatchObject({ state: 'completed', erased: { posts: 1, duties: 1, link: 1 } })
    expect(rows('items')).toEqual([theirs])
  })

  it('stops nothing that is kept there, redacted there, or gone from the index', async () => {
    const mails: DraftHolding = {
      table: 'items',
      find: { index: 'GSI1', GSI1PK: 'USER#{userId}', GSI1SK: { beginsWith: 'MAIL#' } },
      owner: { GSI1PK: 'USER#{userId}' },
      action: { redact: { GSI1PK: 'remove' } },
    }
    const notes: DraftHolding = {
      table: 'items',
      find: { index: 'GSI1', GSI1PK: 'USER#{userId}', GSI1SK: { beginsWith: 'DRAFT#' } },
      owner: { GSI1PK: 'USER#{userId}' },
      action: { redact: { text: 'remove' } },
    }
    const mail = { id: 'm', GSI1PK: 'USER#u1', GSI1SK: 'MAIL#1' }
    const { asks } = companyOf(draft({ posts: POSTS, mails, notes }), {
      links: LINKS,
      items: [post, note, mail],
    })
    expect(await asks('1')).toMatchObject({
      state: 'completed',
      erased: { posts: 1 },
      redacted: { mails: 1, notes: 1 },
    })
  })
})
