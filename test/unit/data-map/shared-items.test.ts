import { describe, expect, it } from 'vitest'
import type { SortCondition } from '../../../shared/data-map/data-map.ts'
import { mayBothHold } from '../../../shared/data-map/shared-items.ts'

describe('two conditions on one attribute', () => {
  it.each<[SortCondition, SortCondition, boolean]>([
    ['PROFILE', 'PROFILE', true],
    ['PROFILE', 'ORDER', false],
    ['USER#{userId}', 'USER#{userId}', true],
    ['USER#{userId}', 'STORE#{storeId}', false],
    ['USER#{userId}', 'USER#{userId}#DONE', false],
    // What two identities are called by are two things.
    ['{parentId}', '{userId}', false],
    ['USER#{userId}', 'USER#1', true],
    ['PROFILE', { beginsWith: 'ORDER#' }, false],
    ['ORDER#{orderNo}', { beginsWith: 'ORDER#' }, true],
    [{ beginsWith: 'ORDER#' }, { beginsWith: 'ORDER#IG#' }, true],
    ['ORDER#', { beginsWith: 'ORDER#IG#' }, false],
    [{ between: ['ORDER#2020-', 'ORDER#2024-'] }, { beginsWith: 'ORDER#' }, true],
    [{ between: ['ORDER#2020-', 'ORDER#2024-'] }, { beginsWith: 'LINE#' }, false],
    [{ from: '100' }, '5', true],
    [{ to: '100' }, { from: '5' }, true],
  ])('%j and %j may hold of one item: %j', (one, other, may) => {
    expect(mayBothHold(one, other)).toBe(may)
    expect(mayBothHold(other, one)).toBe(may)
  })
})
