import { describe, expect, it } from 'vitest'
import type { DataMap } from '../../../shared/data-map/data-map.ts'
import { type Resolved, resolve } from '../../../shared/erasure/resolve.ts'
import { personRows, SMALL_MAP, toItem } from '../../fixtures/companies/small-company.ts'
import { withRecords } from '../../fixtures/world/company.ts'
import { inMemory } from '../../fixtures/world/in-memory.ts'

const { profile } = SMALL_MAP.holdings
if (!profile) throw new Error('the small map has a profile')

/** Notes in the person's partition teach addresses, and other accounts of the person. */
const MAP: DataMap = {
  ...SMALL_MAP,
  holdings: {
    ...SMALL_MAP.holdings,
    notes: {
      ...profile,
      find: { PK: 'USER#{userId}', SK: { beginsWith: 'NOTE#' } },
      learns: { email: 'email', userId: 'same' },
    },
  },
}

function company(...notes: readonly Readonly<Record<string, string>>[]) {
  const world = inMemory()
  world.conditions.pageSize = 1
  const reads: string[] = []
  const noting = withRecords((behind) => ({
    page(query, after) {
      reads.push(`${query.index ?? query.table} ${query.partition?.value.S} ${after?.['SK']?.S ?? ''}`.trim())
      return behind.page(query, after)
    },
  }))
  const { work } = world.open(MAP, noting)
  const App = notes.map((note, n) => ({ PK: 'USER#u1', SK: `NOTE#${n}`, ...note }))
  world.putRows(personRows('u1', '901'), { App })
  return {
    work: (passed: () => boolean) => work({ facebookId: ['901'] }, { deadline: { passed } }),
    reads,
    put: (row: Readonly<Record<string, string>>) => world.put('App', toItem(row)),
  }
}
const never = () => false
const UNLIMITED = { limit: Number.POSITIVE_INFINITY }

describe('who it is', () => {
  it('is followed until nothing new comes up, and no records of records', async () => {
    const { work } = company({ email: 'old@example.com' }, { same: 'u2' })
    const { identities, unusable, stoppedAt, asked } = await resolve(work(never), UNLIMITED)
    expect(identities).toEqual({
      facebookId: ['901'],
      userId: ['u1', 'u2'],
      email: ['u1@example.com', 'u1@Example.com', 'old@example.com'],
      teamId: ['t1'],
    })
    expect([unusable, stoppedAt]).toEqual([{}, undefined])
    expect(Object.keys(asked).toSorted()).toEqual(['link', 'notes', 'profile'])
  })

  it('counts what is no key, by the holding that teaches it', async () => {
    const { work, put } = company(
      { email: 'guest' },
      { email: 'null' },
      { email: '' },
      { email: 'ok@example.com' },
    )
    put({ PK: 'USER#u1', SK: 'PROFILE', email: ' ', team: 't1' })
    expect((await resolve(work(never), UNLIMITED)).unusable).toEqual({ notes: 2, profile: 1 })
  })

  it('stops when it is more than one can be', async () => {
    const { work, reads } = company(...Array.from({ length: 9 }, (_, n) => ({ email: `a${n}@example.com` })))
    const { identities } = await resolve(work(never), { limit: 5 })
    expect(identities['email']).toHaveLength(4)
    expect(reads.filter((read) => read.includes('NOTE'))).toHaveLength(2)
    expect((await resolve(work(never), { limit: 13 })).identities['email']).toHaveLength(11)
  })

  it('asks nobody again who has been asked the same', async () => {
    const { work, reads } = company()
    const { asked, identities } = await resolve(work(never), UNLIMITED)
    reads.length = 0
    const again = await resolve({ ...work(never), identities }, { ...UNLIMITED, asked })
    expect(reads).toEqual([])
    expect(again.identities).toEqual(identities)
  })

  it('goes on where its time was over, page after page, and learns the same', async () => {
    const notes = [{ email: 'a@example.com' }, { email: '' }, { same: 'u2' }, { email: 'b@example.com' }, {}]
    const whole = await resolve(company(...notes).work(never), UNLIMITED)
    const { work } = company(...notes)
    const stops: (readonly [string | undefined, boolean])[] = []
    let found: Resolved | undefined
    let identities = work(never).identities
    for (let slice = 0; slice < 30 && (!found || found.stoppedAt); slice += 1) {
      found = await resolve(
        { ...work(() => true), identities },
        { ...UNLIMITED, asked: found?.asked, from: found?.stoppedAt },
      )
      ;({ identities } = found)
      if (found.stoppedAt) stops.push([found.stoppedAt.holding, found.stoppedAt.cursor !== undefined])
    }
    expect(found?.identities).toEqual(whole.identities)
    // With another account the notes are asked from their first page on.
    expect(stops.map(([holding, goesOn]) => `${holding} ${goesOn}`)).toEqual([
      'notes true',
      'notes true',
      'notes false',
      ...Array.from({ length: 5 }, () => 'notes true'),
      'profile true',
    ])
  })
})
