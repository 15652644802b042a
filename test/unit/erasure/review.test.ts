import { describe, expect, it } from 'vitest'
import type { DataMap } from '../../../shared/data-map/data-map.ts'
import {
  doubtAboutWhom,
  doubtsAboutPlan,
  isApproved,
  maxIdentities,
  personsIn,
} from '../../../shared/erasure/review.ts'
import type { Identities } from '../../../shared/person/identities.ts'
import type { ReviewReason } from '../../../shared/requests/problem.ts'
import type { Approval } from '../../../shared/requests/request.ts'
import { NOW } from '../../fixtures/companies/request.ts'
import { SMALL_MAP } from '../../fixtures/companies/small-company.ts'

const approvalOf = (...reasons: readonly ReviewReason[]): Approval => ({ mapHash: 'h', reasons, persons: 1 })
const one = { userId: ['u1'] }
const two = { userId: ['u1', 'u2'] }

describe('a doubt about whom', () => {
  it.each<[what: string, identities: Identities, approval: Approval | undefined, doubt: unknown]>([
    ['nobody', {}, undefined, undefined],
    ['one person', one, undefined, undefined],
    ['two persons', two, undefined, 'second_person'],
    ['two persons, when one was approved', two, approvalOf('second_person'), 'second_person'],
    ['two persons, when none was there', two, { ...approvalOf(), persons: 0 }, 'second_person'],
    ['one person, when none was there', one, { ...approvalOf(), persons: 0 }, undefined],
    ['two persons, when two were approved', two, { ...approvalOf(), persons: 2 }, undefined],
  ])('is raised, or not, by %s', (_what, identities, approval, doubt) => {
    expect(doubtAboutWhom(SMALL_MAP, identities, approval)).toBe(doubt)
  })

  it('is raised by more person and alias values than the map allows, unless that was approved', () => {
    const map: DataMap = { ...SMALL_MAP, maxIdentities: 2 }
    const many = { userId: ['u1'], email: ['a@x', 'b@x'] }
    expect(doubtAboutWhom(map, many)).toBe('too_many_identities')
    expect(doubtAboutWhom(map, { ...many, email: ['a@x'] })).toBeUndefined()
    expect(doubtAboutWhom(map, { userId: ['u1'], email: ['a@x'], teamId: ['1', '2'], orderNo: ['1'] })).toBe(
      undefined,
    )
    expect(doubtAboutWhom(map, many, approvalOf('undated'))).toBe('too_many_identities')
    expect(doubtAboutWhom(map, many, approvalOf('too_many_identities'))).toBeUndefined()
  })

  it('counts persons, and not their other names', () => {
    expect(personsIn(SMALL_MAP, { ...two, email: ['a@x'], unknown: ['x'] })).toBe(2)
  })

  it('allows a thousand values where the map says nothing', () => {
    expect(maxIdentities(SMALL_MAP)).toBe(1000)
    expect(maxIdentities({ ...SMALL_MAP, maxIdentities: 3 })).toBe(3)
  })
})

describe('a doubt about a plan', () => {
  const fresh = { doubts: [] }
  const found = (items: number, ...flagged: readonly string[]) => ({
    counts: { orders: { items } },
    flagged,
    unanswered: [],
  })

  it.each<[DataMap['review'], number, readonly ReviewReason[]]>([
    [undefined, 100, []],
    ['never', 100, []],
    ['always', 0, []],
    ['always', 1, ['every_plan']],
    [{ above: 10 }, 10, []],
    [{ above: 10 }, 11, ['too_big']],
  ])('where the map says %j, by %i items: %j', (review, items, doubts) => {
    const map: DataMap = { ...SMALL_MAP, ...(review && { review }) }
    expect(doubtsAboutPlan(map, found(items), fresh)).toEqual(doubts)
  })

  it.each<[DataMap['review'], number, readonly ReviewReason[]]>([
    ['never', 1, []],
    ['always', 0, []],
    ['always', 1, ['every_plan', 'incomplete_plan']],
    [{ above: 10 }, 0, []],
    [{ above: 10 }, 1, ['incomplete_plan']],
    [{ above: 10 }, 11, ['too_big', 'incomplete_plan']],
  ])('where the map says %j, by %i items and a function that did not answer: %j', (review, items, doubts) => {
    const incomplete = { ...found(items), unanswered: ['files'] }
    const map: DataMap = { ...SMALL_MAP, ...(review && { review }) }
    expect(doubtsAboutPlan(map, incomplete, fresh)).toEqual(doubts)
    expect(doubtsAboutPlan(map, incomplete, { ...fresh, firstDeleteAt: NOW })).toEqual([])
  })

  it('is raised first of all by an item that the map itself asks about, and then by all else that holds', () => {
    const careful: DataMap = { ...SMALL_MAP, review: { above: 10 } }
    expect(doubtsAboutPlan(careful, found(0, 'orders'), fresh)).toEqual(['review_when'])
    expect(doubtsAboutPlan(careful, found(11, 'orders'), { doubts: ['login_shaped', 'stale'] })).toEqual([
      'review_when',
      'login_shaped',
      'stale',
      'too_big',
    ])
  })

  it('is only about such items once something is deleted', () => {
    const begun = { doubts: ['stale'], firstDeleteAt: NOW } as const
    expect(doubtsAboutPlan({ ...SMALL_MAP, review: 'always' }, found(5), begun)).toEqual([])
    expect(doubtsAboutPlan(SMALL_MAP, found(5, 'orders'), begun)).toEqual(['review_when'])
  })
})

describe('an approval', () => {
  it.each<[readonly ReviewReason[], boolean]>([
    [[], false],
    [['second_person', 'undated'], false],
    [['undated', 'too_big'], true],
  ])('of %j is one of a plan that is too big: %s', (reasons, approved) => {
    expect(isApproved(approvalOf(...reasons), 'too_big')).toBe(approved)
    expect(isApproved(undefined, 'too_big')).toBe(false)
  })
})
