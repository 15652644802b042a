/** Which items are the only way to others', and what of them stays. */
import { describe, expect, it } from 'vitest'
import { looksReduced, reductionOf, withoutStubs, withWork } from '../../../shared/erasure/strands.ts'
import { verdictOf } from '../../../shared/person/verdict.ts'
import { toItem } from '../../fixtures/companies/small-company.ts'
import { inMemory } from '../../fixtures/world/in-memory.ts'
import { type DraftHolding, mapOf } from './false-ends/company-of.ts'

const MINE: Pick<DraftHolding, 'owner' | 'action'> = { owner: { author: '{userId}' }, action: 'erase' }
/** `u1` has begun a conversation with `u2`, who finds it by an index. */
const ROW = { PK: 'USER#u1', SK: 'WITH#u2', convId: 'c1', title: 'To Two' }
const STUB = { PK: 'USER#u1', SK: 'WITH#u2', convId: 'c1' }

function companyOf(
  authors: readonly string[],
  { row = ROW, strands }: { readonly row?: Readonly<Record<string, string>>; readonly strands?: string } = {},
) {
  const why = strands === undefined ? {} : { strands }
  const map = mapOf({
    identities: { convId: { of: 'record' } },
    tables: {
      app: [{ PK: 'S', SK: 'S' }, { inverted: { SK: 'S', PK: 'S' } }],
      messages: [{ id: 'S' }, { byConv: { convId: 'S' } }],
    },
    holdings: {
      begunMessages: {
        table: 'messages',
        per: 'begun',
        find: { index: 'byConv', convId: '{convId}' },
        ...MINE,
      },
      joinedMessages: {
        table: 'messages',
        per: 'joined',
        find: { index: 'byConv', convId: '{convId}' },
        ...MINE,
      },
      begun: {
        table: 'app',
        find: { PK: 'USER#{userId}', SK: { beginsWith: 'WITH#' } },
        learns: { convId: 'convId' },
        action: 'erase',
        ...why,
      },
      joined: {
        table: 'app',
        find: { index: 'inverted', SK: 'WITH#{userId}' },
        owner: { SK: 'WITH#{userId}' },
        learns: { convId: 'convId' },
        action: 'erase',
        ...why,
      },
    },
  })
  const world = inMemory()
  const work = world.open(map).work({ userId: ['u1'] })
  const item = toItem(row)
  world.put('app', item)
  world.put('messages', ...authors.map((author, n) => toItem({ id: `m${n}`, convId: 'c1', author })))
  const begun = work.ready.all.find(({ name }) => name === 'begun')
  if (!begun) throw new Error('the map has conversations')
  const verdict = verdictOf(work, begun, item)
  return {
    item,
    reduction: () => reductionOf(work, verdict, item),
    looks: () => looksReduced(work, verdict, item),
    todo: () => withWork(work, begun, [item]),
    unknown: () => withoutStubs(work, begun, [item]),
  }
}

describe('an item through which another finds what is theirs', () => {
  it('keeps its key and what they find it and learn by, and nothing else', async () => {
    const { reduction, item } = companyOf(['u1', 'u2'])
    expect(await reduction()).toEqual({ item, kept: new Set(['PK', 'SK', 'convId']), isDone: false })
  })

  it('is done with when nothing else is left of it, for as long as they are there', async () => {
    const stub = companyOf(['u2'], { row: STUB })
    expect(await stub.reduction()).toMatchObject({ isDone: true })
    expect([await stub.todo(), await stub.unknown()]).toEqual([[], []])
    const alone = companyOf([], { row: STUB })
    expect(await alone.reduction()).toBeUndefined()
    expect([await alone.todo(), await alone.unknown()]).toEqual([[alone.item], [alone.item]])
  })

  it('looks so before it is asked who is there', () => {
    expect(companyOf([], { row: STUB }).looks()).toBe(true)
    expect(companyOf([]).looks()).toBe(false)
  })
})

describe('an item', () => {
  it('goes where nothing but the person’s own is found through it', async () => {
    const { reduction, todo, item } = companyOf(['u1'])
    expect(await reduction()).toBeUndefined()
    expect(await todo()).toEqual([item])
  })

  it('goes all the same where the map says why', async () => {
    const { reduction, looks } = companyOf(['u2'], { strands: 'both are told' })
    expect([await reduction(), looks()]).toEqual([undefined, false])
  })

  it('goes where it teaches nothing that leads on', async () => {
    const { PK, SK, title } = ROW
    const { reduction, looks } = companyOf(['u2'], { row: { PK, SK, title } })
    expect([await reduction(), looks()]).toEqual([undefined, false])
  })
})
