import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { isLostRace } from '../../../shared/ledger/calls-dynamodb.ts'
import { conflict } from '../../../shared/platform/errors.ts'

const about = { message: '', $metadata: {} }
const cancelled = (...codes: readonly (string | undefined)[]) =>
  new TransactionCanceledException({
    ...about,
    CancellationReasons: codes.map((Code) => (Code === undefined ? {} : { Code })),
  })

describe('a lost race', () => {
  it.each<[what: string, error: unknown, lost: boolean]>([
    ['a condition that does not hold', new ConditionalCheckFailedException(about), true],
    ['a transaction on the same item', new TransactionConflictException(about), true],
    ['one condition of a transaction', cancelled('None', 'ConditionalCheckFailed', undefined), true],
    ['a conflict of two transactions', cancelled('TransactionConflict', 'ConditionalCheckFailed'), true],
    ['a throttled transaction', cancelled('None', 'ThrottlingError'), false],
    ['one that is throttled as well', cancelled('ConditionalCheckFailed', 'ThrottlingError'), false],
    ['a transaction without a reason', cancelled('None'), false],
    ['a transaction that says nothing', new TransactionCanceledException(about), false],
    ['any other error', new Error('down'), false],
  ])('is, or is not, %s', (_what, error, lost) => {
    expect(isLostRace(error)).toBe(lost)
  })

  it('is a conflict, with what was said of it', () => {
    const cause = new Error('why')
    expect(conflict('x', { cause })).toMatchObject({ code: 'LEDGER_CONFLICT', cause })
  })
})
