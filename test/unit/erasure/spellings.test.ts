/** One address in several spellings: what is found, and what is one person. */
import { describe, expect, it } from 'vitest'
import type { DataMap, TableHolding } from '../../../shared/data-map/data-map.ts'
import { preview } from '../../../shared/erasure/preview.ts'
import { openIdentities } from '../../../shared/erasure/sealed-identities.ts'
import { subjectHashes } from '../../../shared/person/identities.ts'
import { spellingsOf } from '../../../shared/platform/email-address.ts'
import { subjectHash } from '../../../shared/requests/code.ts'
import { toItem } from '../../fixtures/companies/small-company.ts'
import { INDEX_KEY } from '../../fixtures/world/company.ts'
import { inMemory } from '../../fixtures/world/in-memory.ts'

const erased = { table: 'app', action: 'erase', category: 'all', scope: 'account' } as const

const MAP: DataMap & { readonly holdings: Readonly<Record<string, TableHolding>> } = {
  identities: { userId: { of: 'person' }, email: { of: 'alias', normalise: 'email' } },
  tables: {
    app: {
      name: 'App',
      key: { PK: 'S', SK: 'S' },
      indexes: { byEmail: { key: { email: 'S' } } },
      backupsKeptFor: 'P1D',
    },
  },
  holdings: {
    subscriptions: {
      ...erased,
      find: { index: 'byEmail', email: '{email}' },
      owner: { email: '{email}' },
      unless: { kind: 'profile' },
      learns: { userId: 'userId' },
    },
    mails: { ...erased, find: { PK: 'MAIL#{email}' } },
    profile: {
      ...erased,
      find: { PK: 'USER#{userId}' },
      learns: { email: 'email' },
      after: ['subscriptions', 'mails'],
    },
    link: {
      ...erased,
      find: { index: 'byEmail', email: '{email}' },
      owner: { email: '{email}' },
      learns: { userId: 'id' },
      unless: { kind: 'subscription' },
      last: true,
    },
  },
  categories: { all: { vi: 'x', en: 'x' } },
  reasons: {},
}

const profile = (id: string, email: string) => ({
  PK: `USER#${id}`,
  SK: 'PROFILE',
  kind: 'profile',
  id,
  email,
})
const subscription = (id: string, email: string) => ({ PK: 'SUB', SK: id, kind: 'subscription', email })

function companyWith(...rows: readonly Readonly<Record<string, string>>[]) {
  const world = inMemory()
  const company = world.open(MAP)
  world.put('App', ...rows.map(toItem))
  return {
    ...company,
    left: () => world.all('App').map(({ SK }) => SK?.S),
    /** Erases a person, and tells how that ended. */
    erase: async (identities: Readonly<Record<string, readonly string[]>>) => {
      const { state, problem, outcome } = await company.settle(await company.receive(identities))
      return problem ? problem : { state, outcome: outcome?.erased }
    },
  }
}

const COMPLETED = { state: 'completed' }

describe('an address that is stored in another spelling', () => {
  it.each([
    ['Some.One@Example.com', 'Some.One@Example.com'],
    ['Some.One@Example.com', 'some.one@example.com'],
    ['  Some.One@Example.com', '  Some.One@Example.com'],
    ['  Some.One@Example.com', 'Some.One@Example.com'],
    ['LINH@EXAMPLE.COM', 'linh@example.com'],
    ['linh@bücher.example', 'linh@bücher.example'],
    ['linh@bücher.example', 'linh@xn--bcher-kva.example'],
    ['linh@xn--bcher-kva.example', 'linh@bücher.example'],
    ['Linh@Bücher.example', 'Linh@xn--bcher-kva.example'],
  ])('leads from a profile with %j to what stands under %j', async (there, elsewhere) => {
    const { erase, left } = companyWith(
      profile('u1', there),
      subscription('s1', elsewhere),
      { PK: `MAIL#${elsewhere}`, SK: 'NEWS' },
      subscription('s2', 'other@example.com'),
    )
    expect(await erase({ userId: ['u1'] })).toMatchObject(COMPLETED)
    expect(left()).toEqual(['s2'])
  })

  it.each(['Some.One@Example.com', 'linh@bücher.example', 'Linh@Bücher.Example'])(
    'is found by a request that is typed exactly so: %j',
    async (typed) => {
      const { erase, left } = companyWith(
        profile('u1', typed),
        ...Array.from({ length: 15 }, (_, n) => subscription(`s${n}`, typed)),
      )
      expect(await erase({ email: spellingsOf(typed) })).toMatchObject(COMPLETED)
      expect(left()).toEqual([])
    },
  )

  it('is taken out of what is shared, as nobody else spells it', async () => {
    const world = inMemory()
    const redact = { 'members[email={email}]': 'remove' } as const
    const rooms = { ...erased, find: { PK: 'ROOM#{userId}' }, action: { redact } } as const
    const { profile: own } = MAP.holdings
    if (!own) throw new Error('the map has profiles')
    const company = world.open({ ...MAP, holdings: { rooms, profile: { ...own, after: ['rooms'] } } })
    const members = ['AN@Example.com', 'bo@example.com'].map((one) => ({ M: { email: { S: one } } }))
    world.put('App', toItem(profile('u1', 'an@example.com')))
    world.put('App', { PK: { S: 'ROOM#u1' }, SK: { S: 'A' }, members: { L: members } })
    expect(await company.settle(await company.receive({ userId: ['u1'] }))).toMatchObject(COMPLETED)
    expect(world.all('App').map(({ members: left }) => left)).toEqual([{ L: members.slice(1) }])
  })

  it.each([
    ['AN@Example.com', 'completed', []],
    ['bo@Example.com', 'needs_operator', ['B']],
  ])('is the owner by its normal form: %j', async (owner, state, left) => {
    const world = inMemory()
    const { profile: own } = MAP.holdings
    if (!own) throw new Error('the map has profiles')
    const notes = { ...erased, find: { PK: 'NOTES#{userId}' }, owner: { by: 'MAIL#{email}' } } as const
    const company = world.open({ ...MAP, holdings: { notes, profile: { ...own, after: ['notes'] } } })
    world.put('App', toItem(profile('u1', 'an@example.com')))
    world.put('App', toItem({ PK: 'NOTES#u1', SK: 'A', by: 'MAIL#an@example.com' }))
    world.put('App', toItem({ PK: 'NOTES#u1', SK: 'B', by: `MAIL#${owner}` }))
    const ended = await company.settle(await company.receive({ userId: ['u1'] }))
    expect([ended.state, world.all('App').map(({ SK }) => SK?.S)]).toEqual([state, left])
  })

  it('is one address: one hash, one claim, and the hold on it', async () => {
    const company = companyWith(profile('u1', 'Some.One@Example.com'))
    const hash = subjectHash(INDEX_KEY, 'email', 'some.one@example.com')
    expect(subjectHashes(MAP, { email: spellingsOf('Some.One@Example.com') }, INDEX_KEY)).toEqual([hash])
    const key = await company.receive({ userId: ['u1'] })
    await company.ledger.hold([hash], 'identity', company.clock())
    expect((await company.settle(key)).state).toBe('on_hold')
    expect(await openIdentities(company, await company.find(key))).toEqual({
      userId: ['u1'],
      email: ['some.one@example.com', 'Some.One@Example.com'],
    })
  })

  it('is one value of the person in a preview', async () => {
    const company = companyWith(profile('u1', 'Some.One@Example.com'))
    const { identities, holdings } = await preview(company, [['email', 'Some.One@Example.com']])
    expect(identities).toEqual({ email: 1, userId: 1 })
    expect(holdings).toMatchObject([{ items: 1 }])
  })

  it('is one person where the address is the person', async () => {
    const world = inMemory()
    const { identities, holdings } = MAP
    const { mails } = holdings
    if (!mails) throw new Error('the map has mails')
    const company = world.open({
      ...MAP,
      identities: { ...identities, userId: { of: 'alias' }, email: { of: 'person', normalise: 'email' } },
      holdings: { mails: { ...mails, learns: { email: 'email' } } },
    })
    world.put('App', toItem({ PK: 'MAIL#an@example.com', SK: 'A', email: 'An@Example.com' }))
    world.put('App', toItem({ PK: 'MAIL#An@Example.com', SK: 'B', email: 'AN@example.com' }))
    expect((await company.settle(await company.receive({ email: ['an@example.com'] }))).state).toBe(
      'completed',
    )
    expect(world.all('App')).toEqual([])
  })

  it('more often than one person’s can be is for the operator', async () => {
    const world = inMemory()
    const company = world.open({ ...MAP, maxIdentities: 5 })
    world.put('App', toItem(profile('u1', 'An@Example.com')))
    for (const [n, email] of ['AN@example.com', 'aN@example.com', 'an@Example.com'].entries()) {
      world.put('App', toItem({ ...profile('u1', email), SK: `PROFILE${n}` }))
    }
    const { problem } = await company.settle(await company.receive({ userId: ['u1'] }))
    expect(problem).toMatchObject({ reason: 'too_many_identities' })
    expect(world.all('App')).toHaveLength(4)
  })
})

describe('what is no address', () => {
  it.each([
    'victim@example.com/x',
    'vic%74im@example.com%2f',
    'victim@exam\tple.com',
    'victim@exam\u200bple.com',
  ])('leads to nobody, and waits for somebody to look: %j', async (email) => {
    const { erase, left } = companyWith(profile('u1', email), subscription('s1', 'victim@example.com'))
    expect(await erase({ userId: ['u1'] })).toMatchObject({
      residue: [{ holding: 'profile', items: 1, why: 'unusable_identity' }],
    })
    expect(left()).toEqual(['PROFILE', 's1'])
  })
})
