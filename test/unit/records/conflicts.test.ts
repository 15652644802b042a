import {
  ReplicatedWriteConflictException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { pauseAfterConflict } from '../../../shared/records/conflicts.ts'
import { restAfter } from '../../../shared/records/throttling.ts'

const about = { message: '', $metadata: {} }
const named = (name: string) => Object.assign(new Error(), { name })
const cancelled = (...codes: readonly string[]) =>
  new TransactionCanceledException({ ...about, CancellationReasons: codes.map((Code) => ({ Code })) })

describe('the pause after another write to the item', () => {
  it.each([
    ['a transaction', new TransactionConflictException(about)],
    ['a write in another region', new ReplicatedWriteConflictException(about)],
    ['one of them as the code of an item', named('ReplicatedWriteConflict')],
    ['a transaction of ours that is not over', named('TransactionInProgressException')],
    ['a transaction on some of the items', cancelled('None', 'TransactionConflict')],
  ])('is short: %s', (_which, error) => {
    expect(pauseAfterConflict(error, 0, 1)).toBe(50)
    expect(restAfter(error, 0, 1)).toBeUndefined()
  })

  it('doubles up to two seconds, and has half of it for jitter', () => {
    const error = new TransactionConflictException(about)
    expect([0, 1, 2, 9].map((tries) => pauseAfterConflict(error, tries, 1))).toEqual([50, 100, 200, 2000])
    expect(pauseAfterConflict(error, 0, 0)).toBe(25)
  })

  it.each([
    ['is no error', 'TransactionConflictException'],
    ['is of another kind', named('ValidationException')],
    ['is throttling', named('ThrottlingException')],
    ['is also a condition that failed', cancelled('TransactionConflict', 'ConditionalCheckFailed')],
    ['has no reason', cancelled('None')],
  ])('is none where what was thrown %s', (_what, error) => {
    expect(pauseAfterConflict(error, 0, 1)).toBeUndefined()
  })
})
