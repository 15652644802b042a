import { expect, it } from 'vitest'
import { weightOf } from '../../../shared/records/item-weight.ts'

it.each([
  ['nothing', {}, 64],
  ['a text and a number', { a: { S: 'four' }, b: { N: '12' } }, 64 + 68 + 66],
  ['bytes', { a: { B: new Uint8Array(1000) } }, 64 + 1064],
  ['yes and no', { a: { BOOL: true }, b: { NULL: true } }, 64 + 64 + 64],
  ['sets, by their elements', { a: { SS: ['a', 'bc'] }, b: { NS: ['1'] } }, 64 + 64 + 65 + 66 + 64 + 65],
  [
    'what is inside lists and maps',
    { a: { L: [{ N: '1' }, { M: { b: { S: 'b' } } }] } },
    64 + 64 + 65 + 64 + 65,
  ],
])('the weight of an item is that of %s', (_what, item, weight) => {
  expect(weightOf(item)).toBe(weight)
})
