import { describe, expect, it } from 'vitest'
import {
  allCombined,
  assignmentsOf,
  COMBINED,
  combinationsIn,
  combinedWithout,
  countAssignments,
  productOf,
} from '../../../shared/person/combinations.ts'
import { type Identities, merge } from '../../../shared/person/identities.ts'

const JOINT = ['memberNo', 'shop']
const together = (memberNo: string, shop: string) => ({ memberNo, shop })
/** Two members of shops, and no other pair of the same values. */
const KNOWN: Identities = {
  userId: ['u1', 'u2'],
  memberNo: ['5', '6'],
  shop: ['A', 'B'],
  ...combinationsIn([JOINT], [together('5', 'A'), together('6', 'B')]),
}

describe('values that make a key together', () => {
  it('are those that were seen together, and no others', () => {
    expect(assignmentsOf(JOINT, JOINT, KNOWN)).toEqual([together('5', 'A'), together('6', 'B')])
    expect(countAssignments(JOINT, JOINT, KNOWN)).toBe(2)
  })

  it('are none where nothing was seen together', () => {
    const { [COMBINED]: _none, ...apart } = KNOWN
    expect(assignmentsOf(JOINT, JOINT, apart)).toEqual([])
    expect(countAssignments(JOINT, JOINT, apart)).toBe(0)
    expect(assignmentsOf(['shop', 'team'], ['shop', 'team'], KNOWN)).toEqual([])
  })

  it('stand beside every value of the person', () => {
    const names = ['userId', 'shop', 'memberNo', 'userId']
    expect(assignmentsOf(names, JOINT, KNOWN)).toEqual([
      { ...together('5', 'A'), userId: 'u1' },
      { ...together('5', 'A'), userId: 'u2' },
      { ...together('6', 'B'), userId: 'u1' },
      { ...together('6', 'B'), userId: 'u2' },
    ])
    expect(countAssignments(names, JOINT, KNOWN)).toBe(4)
    const { userId: _nobody, ...others } = KNOWN
    expect(assignmentsOf(names, JOINT, others)).toEqual([])
    expect(countAssignments(names, JOINT, others)).toBe(0)
  })

  it('are each value, where a key has one identity at most', () => {
    expect(assignmentsOf(['shop'], [], KNOWN)).toEqual([{ shop: 'A' }, { shop: 'B' }])
    expect(countAssignments(['shop'], [], KNOWN)).toBe(2)
    expect(assignmentsOf([], [], KNOWN)).toEqual([{}])
    expect(countAssignments([], [], KNOWN)).toBe(1)
  })

  it('are told apart, whatever characters they have', () => {
    const strange = [together('5,"shop":"B"', 'A'), together('5', 'A,B')]
    const known = combinationsIn([JOINT], strange)
    expect(assignmentsOf(JOINT, JOINT, known)).toEqual(strange)
  })
})

describe('what is kept of combinations', () => {
  it('is one text each, once, and nothing without them', () => {
    const twice = combinationsIn([JOINT], [together('5', 'A'), { shop: 'A', memberNo: '5', team: 't' }])
    expect(twice[COMBINED]).toHaveLength(1)
    expect(merge(KNOWN, twice)).toEqual(KNOWN)
    expect(combinationsIn([JOINT], [])).toEqual({})
    expect(combinationsIn([], [together('5', 'A')])).toEqual({})
  })

  it('is none of an item that lacks a value', () => {
    expect(combinationsIn([JOINT], [{ memberNo: '5' }, { shop: 'A', team: 't' }])).toEqual({})
  })

  it('is one for each joint that an item fills', () => {
    const other = ['shop', 'team']
    const known = combinationsIn([JOINT, other], [{ ...together('5', 'A'), team: 't' }])
    expect(known[COMBINED]).toHaveLength(2)
    expect(assignmentsOf(other, other, known)).toEqual([{ shop: 'A', team: 't' }])
    expect(assignmentsOf(JOINT, JOINT, known)).toEqual([together('5', 'A')])
  })

  it('is all of one request, as its own values belong together', () => {
    const named = { memberNo: ['5', '6'], shop: ['A'] }
    expect(assignmentsOf(JOINT, JOINT, allCombined([JOINT], named))).toEqual([
      together('5', 'A'),
      together('6', 'A'),
    ])
    expect(allCombined([JOINT], { memberNo: ['5'] })).toEqual({})
    expect(allCombined([], named)).toEqual({})
  })

  it('can do without those of some identities, and has no empty list', () => {
    const both = merge(KNOWN, combinationsIn([['no', 'shop']], [{ no: '1', shop: 'A' }]))
    expect(combinedWithout(['no'], both)).toEqual(KNOWN)
    expect(combinedWithout(['team'], both)).toEqual(both)
    expect(combinedWithout(['no', 'team'], both)).toEqual(KNOWN)
    expect(combinedWithout(['shop'], both)).toEqual({
      userId: ['u1', 'u2'],
      memberNo: ['5', '6'],
      shop: ['A', 'B'],
    })
    expect(combinedWithout(['shop'], { shop: ['A'] })).toEqual({ shop: ['A'] })
  })
})

describe('a product', () => {
  it('has each choice from every list, and none if one is empty', () => {
    expect(productOf([[{ a: '1' }, { a: '2' }], [{ b: '3' }]])).toEqual([
      { a: '1', b: '3' },
      { a: '2', b: '3' },
    ])
    expect(productOf([[{ a: '1' }], []])).toEqual([])
    expect(productOf([])).toEqual([{}])
  })
})
