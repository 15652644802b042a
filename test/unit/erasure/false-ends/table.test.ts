/** Each way to a false end that was found, and the test that catches it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const FALSE_ENDS: readonly (readonly [falseEnd: string, file: string, test: string])[] = [
  ['a child is claimed without a known parent', 'whose', 'keeps what the order leads to, and nothing else'],
  ['a kind that nobody mapped passes as a child', 'whose', 'claims no item of a kind that nobody mapped'],
  ['an end is written to what is not the person’s', 'whose', 'has to say whose it is: %s'],
  ['an owner of NULL is somebody else', 'values', 'that cannot be read stops what %s finds, too'],
  [
    'ids of a group are combined freely',
    'combinations',
    'are looked up with the group that they were learnt with',
  ],
  ['values never seen together find somebody', 'combinations', 'that were never seen together find nothing'],
  [
    'a key is asked for every pair of two groups',
    'combinations',
    'take one query for each pair that was seen',
  ],
  ['one item makes more pairs than can be asked', 'combinations', 'wait for an operator, if one item alone'],
  ['a text becomes the address of another', '../spellings', 'what is no address'],
  ['an address stands in another spelling', '../spellings', 'an address that is stored in another spelling'],
  ['an item teaches another person than its key names', 'values', 'that is the one in the key is believed'],
  [
    'a second holding takes what teaches no key',
    'values',
    'stops a request of the scope that does not learn it',
  ],
  ['a value comes between the read and the write', 'values', 'is learnt before the item goes'],
  ['NULL stops everybody', 'values', 'a link to nobody (%j) teaches nothing, and goes'],
  ['NULL holds', 'values', 'that is %j holds nothing'],
  ['the way of the other side goes', 'ways', 'stays as a stub until the other side has gone, too'],
  ['the way of several people goes', 'ways', 'loses one after the other, and goes with the last'],
  ['what teaches another a group goes', 'ways', 'stays for the other one as a stub'],
  ['the way of another scope goes', 'ways', 'leaves the children that the other scope has their way'],
  [
    'what another scope keeps is told as gone',
    'said',
    'is told as kept, with its reason, if that one keeps it',
  ],
  [
    'an index partition is not looked at',
    'index-partitions',
    'stops the request if no holding claims its kind',
  ],
  [
    'an item counts under a holding that does nothing',
    'said',
    'counts as erased, once, if any erases it: %s',
  ],
  [
    'two requests count the same items',
    'said',
    'are counted by nobody where the company has deleted them meanwhile',
  ],
  ['another name of a holding loses its counts', 'said', 'loses no count, if the worker dies at call %i'],
  ['what is over is kept for ever', 'said', 'is erased though an earlier request has written its end'],
  ['an earlier end of the company’s is prolonged', 'said', 'keeps an earlier end of the company'],
  ['children behind an index take hours of waiting', 'settles', 'the waits for indexes'],
  ['a page that takes too long is tried for ever', '../slow-page', 'ends with the operator'],
  [
    'a transaction ends the slice',
    '../../records/records-calls',
    'comes again by itself when it meets another write',
  ],
  ['items of 385 KB fill the memory', '../../../processes/large-items', 'are redacted in a small memory'],
]

describe('a false end', () => {
  it.each(FALSE_ENDS)('is caught: %s', (_falseEnd, file, test) => {
    expect(readFileSync(join(import.meta.dirname, `${file}.test.ts`), 'utf8')).toContain(test)
  })

  it('is listed once', () => {
    expect(new Set(FALSE_ENDS.map(([falseEnd]) => falseEnd)).size).toBe(FALSE_ENDS.length)
  })
})
