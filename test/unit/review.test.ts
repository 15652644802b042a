import { describe, expect, it } from 'vitest'
import type { DataMap } from '../../shared/config/data-map.ts'
import type { Identities } from '../../shared/erasure/identities.ts'
import {
  doubtAboutPlan,
  doubtAboutWhom,
  isPlanApproved,
  maxIdentities,
  personsIn,
} from '../../shared/erasure/review.ts'
import type { Approval, ReviewReason } from '../../shared/requests/request.ts'
import { SMALL_MAP } from '../fixtures/small-company.ts'

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
  const found = (items: number, ...flagged: readonly string[]) => ({ counts: { orders: { items } }, flagged })

  it.each<[DataMap['review'], number, unknown]>([
    [undefined, 100, undefined],
    ['never', 100, undefined],
    ['always', 0, undefined],
    ['always', 1, 'every_plan'],
    [{ above: 10 }, 10, undefined],
    [{ above: 10 }, 11, 'too_big'],
  ])('where the map says %j, by %i items: %s', (review, items, doubt) => {
    const map: DataMap = { ...SMALL_MAP, ...(review && { review }) }
    expect(doubtAboutPlan(map, found(items))).toBe(doubt)
  })

  it('is raised first of all by an item that the map itself asks about', () => {
    expect(doubtAboutPlan(SMALL_MAP, found(0, 'orders'))).toBe('review_when')
  })
})

describe('an approved plan', () => {
  it.each<[readonly ReviewReason[], boolean]>([
    [[], false],
    [['second_person', 'too_many_identities'], false],
    [['too_big'], true],
    [['second_person', 'undated'], true],
  ])('is one that was shown: %j, %s', (reasons, approved) => {
    expect(isPlanApproved(approvalOf(...reasons))).toBe(approved)
    expect(isPlanApproved(undefined)).toBe(false)
  })
})
