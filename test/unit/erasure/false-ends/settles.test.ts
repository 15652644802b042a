/** How often an erasure waits for indexes: once for each level of children, however many their parents are. */
import { describe, expect, it } from 'vitest'
import { companyOf, type Draft, type DraftHolding, findingsIn, type Rows } from './company-of.ts'

const LINKS = [{ fb: '1', userId: 'u1' }]
const owner = { userId: '{userId}' }
const child = (table: string, per: string, of: string, learns?: DraftHolding['learns']): DraftHolding => ({
  table,
  per,
  find: { index: 'byParent', parentId: `{${of}}` },
  owner,
  ...(learns && { learns }),
  action: 'erase',
})
const POSTS: DraftHolding = {
  table: 'posts',
  find: { userId: '{userId}' },
  learns: { postId: 'id' },
  action: 'erase',
}
const BY_PARENT = [{ id: 'S' }, { byParent: { parentId: 'S' } }] as const
const identities: Draft['identities'] = {
  postId: { of: 'record' },
  commentId: { of: 'record' },
  likeId: { of: 'record' },
}
const POST_TABLE = [{ userId: 'S', id: 'S' }] as const
const ONE_LEVEL: Draft = {
  identities,
  tables: { posts: POST_TABLE, comments: BY_PARENT },
  holdings: { comments: child('comments', 'posts', 'postId'), posts: POSTS },
}
const TWO_KINDS: Draft = {
  identities,
  tables: { posts: POST_TABLE, comments: BY_PARENT, likes: BY_PARENT },
  holdings: {
    comments: child('comments', 'posts', 'postId'),
    likes: child('likes', 'posts', 'postId'),
    posts: POSTS,
  },
}
const TWO_LEVELS: Draft = {
  identities,
  tables: { posts: POST_TABLE, comments: BY_PARENT, likes: BY_PARENT },
  holdings: {
    likes: child('likes', 'comments', 'commentId'),
    comments: child('comments', 'posts', 'postId', { commentId: 'id' }),
    posts: POSTS,
  },
}

/** Posts, with so many comments each, and with so many likes of each comment or post. */
function rowsOf(posts: number, comments: number, likes: number, areLikesOfPosts = false): Rows {
  const names = (of: string, count: number) => Array.from({ length: count }, (_, n) => `${of}.${n}`)
  const all = names('p', posts)
  const commented = all.flatMap((post) =>
    names(post, comments).map((id) => ({ id, parentId: post, userId: 'u1' })),
  )
  const liked = areLikesOfPosts ? all : commented.map(({ id }) => id)
  return {
    links: LINKS,
    posts: all.map((id) => ({ userId: 'u1', id })),
    comments: commented,
    likes: liked.flatMap((of) => names(`${of}l`, likes).map((id) => ({ id, parentId: of, userId: 'u1' }))),
  }
}

async function waitsFor(draft: Draft, { likes = [], ...rows }: Rows) {
  let waits = 0
  const { company, asks, left } = companyOf(draft, draft.tables['likes'] ? { ...rows, likes } : rows, {
    settling: {
      milliseconds: 5000,
      async wait() {
        waits += 1
        company.pass(5000)
      },
    },
  })
  const { state } = await asks('1')
  return { waits, state, left: left() }
}

describe('the waits for indexes', () => {
  // The last one is before the last look.
  it.each<[string, Draft, Rows, number]>([
    ['one level, one page of parents', ONE_LEVEL, rowsOf(20, 2, 0), 2],
    ['one level, four pages of parents', ONE_LEVEL, rowsOf(100, 2, 0), 2],
    ['one level, forty pages of parents', ONE_LEVEL, rowsOf(1000, 1, 0), 2],
    ['two kinds of children', TWO_KINDS, rowsOf(100, 1, 1, true), 2],
    ['two levels, one page of parents', TWO_LEVELS, rowsOf(20, 1, 1), 3],
    ['two levels, many pages of both', TWO_LEVELS, rowsOf(100, 4, 2), 3],
    ['two levels without grandchildren', TWO_LEVELS, rowsOf(100, 1, 0), 3],
    ['no children at all', TWO_LEVELS, rowsOf(100, 0, 0), 3],
  ])('are no more than one for each level, and the last: %s', async (_what, draft, rows, most) => {
    expect(findingsIn(draft)).toEqual([])
    const { waits, ...end } = await waitsFor(draft, rows)
    expect(end).toEqual({ state: 'completed', left: {} })
    expect(waits).toBeLessThanOrEqual(most)
  })
})

/** The index shows the comment of one post only after a wait. */
async function whereOneIsLate() {
  const { likes: _none, ...rows } = rowsOf(60, 1, 0)
  let isSettled = false
  let orphans = 0
  const { world, asks, left } = companyOf(ONE_LEVEL, rows, (usual) => ({
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
        return { ...page, items: page.items.filter(({ id }) => !id?.S?.startsWith('p.7')) }
      },
      async erase(table, keys, deadline) {
        const leading = keys.map(({ id }) => id?.S)
        if (table === 'posts') {
          orphans += world.all('comments').filter(({ parentId }) => leading.includes(parentId?.S)).length
        }
        return usual.records.erase(table, keys, deadline)
      },
    },
  }))
  const end = await asks('1')
  return { end, orphans, left: left() }
}

describe('a child that an index shows only after a wait', () => {
  it('goes before its parent', async () => {
    const { end, ...rest } = await whereOneIsLate()
    expect(end.state).toBe('completed')
    expect(rest).toEqual({ orphans: 0, left: {} })
  })

  it('is counted like the others', async () => {
    expect((await whereOneIsLate()).end.erased).toEqual({ posts: 60, comments: 60, link: 1 })
  })
})
