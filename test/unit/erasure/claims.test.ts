import { describe, expect, it } from 'vitest'
import { claimAll } from '../../../shared/erasure/claims.ts'
import type { RequestKey } from '../../../shared/requests/code.ts'
import type { DeletionRequest } from '../../../shared/requests/request.ts'
import { aRequest, NOW } from '../../fixtures/companies/request.ts'

const keyOf = (letter: string) => letter.repeat(64) as RequestKey
const LATER = new Date(NOW.getTime() + 1000)
const begun = { firstDeleteAt: NOW }
const ME = keyOf('5')
const mine = (more: Partial<DeletionRequest> = {}) => aRequest({ key: ME, state: 'erasing', ...more })
const other = (letter: string, more: Partial<DeletionRequest> = {}) =>
  aRequest({ key: keyOf(letter), state: 'waiting', ...more })

/** Who owns which subject, as a ledger knows it. `stubborn`: claims that change hands on every try. */
function claims({
  owners = {},
  requests = [],
  held = [],
  stubborn = false,
}: {
  readonly owners?: Readonly<Record<string, DeletionRequest | RequestKey>>
  readonly requests?: readonly DeletionRequest[]
  readonly held?: readonly string[]
  readonly stubborn?: boolean
}) {
  const known = Object.values(owners).flatMap((one) => (typeof one === 'string' ? [] : [one]))
  const rows = new Map([...requests, ...known].map((one) => [one.key, one]))
  const owned = new Map(
    Object.entries(owners).map(([hash, one]) => [hash, typeof one === 'string' ? one : one.key]),
  )
  const tries: string[] = []
  const hand = (how: string) => async (hash: string, key: RequestKey) => {
    tries.push(`${how} ${hash}`)
    if (!stubborn) owned.set(hash, key)
    return !stubborn
  }
  return {
    tries,
    owned: () => Object.fromEntries(owned),
    async claim(hash: string, key: RequestKey) {
      tries.push(`claim ${hash}`)
      const owner = owned.get(hash) ?? key
      owned.set(hash, owner)
      return owner
    },
    find: async (key: RequestKey) => rows.get(key),
    takeOver: hand('takeOver'),
    inherit: hand('inherit'),
    async giveBack(hashes: readonly string[], key: RequestKey) {
      for (const hash of hashes) if (owned.get(hash) === key) owned.delete(hash)
    },
    isHeld: async (hashes: readonly string[]) => hashes.some((hash) => held.includes(hash)),
  }
}

describe('claimAll', () => {
  it('claims every subject, in one order for all', async () => {
    const ledger = claims({})
    expect(await claimAll(ledger, mine(), ['b', 'c', 'a'])).toEqual({ is: 'mine', others: [] })
    expect(ledger.tries).toEqual(['claim a', 'claim b', 'claim c'])
    expect(ledger.owned()).toEqual({ a: ME, b: ME, c: ME })
  })

  it('claims nothing when one of them is held', async () => {
    const ledger = claims({ held: ['b'] })
    expect(await claimAll(ledger, mine(), ['a', 'b'])).toEqual({ is: 'held' })
    expect(ledger.tries).toEqual([])
  })

  it.each([
    ['is final', { a: other('1', { state: 'completed' }) }],
    ['is gone', { a: keyOf('1') }],
  ])('inherits from one that %s, and learns nothing from it', async (_how, owners) => {
    const ledger = claims({ owners })
    expect(await claimAll(ledger, mine(), ['a'])).toEqual({ is: 'mine', others: [] })
    expect(ledger.tries).toEqual(['claim a', 'inherit a'])
    expect(ledger.owned()).toEqual({ a: ME })
  })

  it('waits for an earlier one, and gives back what it has', async () => {
    const first = other('9', { receivedAt: NOW })
    const ledger = claims({ owners: { b: first } })
    const request = mine({ receivedAt: LATER })
    expect(await claimAll(ledger, request, ['a', 'b', 'c'])).toEqual({ is: 'behind', others: [first] })
    expect(ledger.owned()).toEqual({ b: first.key })
    expect(ledger.tries).toEqual(['claim a', 'claim b'])
  })

  it('keeps what it has while it waits, once it has begun', async () => {
    const first = other('9', { receivedAt: NOW, ...begun })
    const ledger = claims({ owners: { b: first } })
    const request = mine({ receivedAt: LATER, ...begun })
    expect(await claimAll(ledger, request, ['a', 'b'])).toEqual({ is: 'behind', others: [first] })
    expect(ledger.owned()).toEqual({ a: ME, b: first.key })
  })

  it.each<[what: string, other: DeletionRequest, me: Partial<DeletionRequest>, first: boolean]>([
    ['an earlier one', other('9'), { receivedAt: LATER }, true],
    ['a later one', other('1', { receivedAt: LATER }), {}, false],
    ['one of the same moment with a smaller key', other('1'), {}, true],
    ['one of the same moment with a larger key', other('9'), {}, false],
    ['a later one that has begun', other('9', { receivedAt: LATER, ...begun }), {}, true],
    ['a later one, when both have begun', other('1', { receivedAt: LATER, ...begun }), begun, false],
    ['an earlier one, when only this has begun', other('9'), { receivedAt: LATER, ...begun }, true],
    ['an earlier one that waits for an approval', other('1', { state: 'needs_review' }), {}, false],
    [
      'an earlier one that has begun and waits for an approval',
      other('1', { state: 'needs_review', ...begun }),
      {},
      true,
    ],
  ])('knows whether %s goes first', async (_what, owner, more, first) => {
    const ledger = claims({ owners: { a: owner } })
    const claimed = await claimAll(ledger, mine(more), ['a'])
    expect(claimed.is).toBe(first ? 'behind' : 'mine')
    expect(ledger.owned()['a']).toBe(first ? owner.key : ME)
    expect(ledger.tries).toEqual(first ? ['claim a'] : ['claim a', 'takeOver a'])
  })

  it('is told of those it has overtaken that have begun, and of no others', async () => {
    const started = other('8', { receivedAt: LATER, ...begun })
    const fresh = other('9', { receivedAt: LATER })
    const ledger = claims({ owners: { a: started, b: fresh } })
    expect(await claimAll(ledger, mine(begun), ['a', 'b'])).toEqual({ is: 'mine', others: [started] })
  })

  it.each([
    ['an open owner', other('9')],
    ['a final one', other('9', { state: 'completed' })],
  ])('gives up after ten tries, when the claim of %s keeps changing hands', async (_what, owner) => {
    const ledger = claims({ owners: { a: owner }, stubborn: true })
    await expect(claimAll(ledger, mine(), ['a'])).rejects.toMatchObject({ code: 'LEDGER_CONFLICT' })
    expect(ledger.tries.filter((line) => line === 'claim a')).toHaveLength(10)
  })
})
