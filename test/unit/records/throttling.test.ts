import { ProvisionedThroughputExceededException, ThrottlingException } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { restAfter } from '../../../shared/records/throttling.ts'

const throttled = (...reasons: readonly string[]) =>
  new ThrottlingException({
    message: '',
    $metadata: {},
    throttlingReasons: reasons.map((reason) => ({ reason })),
  })

describe('the rest after a throttled call', () => {
  it.each([
    ['TableWriteKeyRangeThroughputExceeded', 200],
    ['IndexWriteKeyRangeThroughputExceeded', 200],
    ['TableReadProvisionedThroughputExceeded', 2000],
    ['TableWriteMaxOnDemandThroughputExceeded', 2000],
    ['IndexWriteAccountLimitExceeded', 5000],
    ['SomethingNew', 1000],
  ])('is by the reason: %s', (reason, milliseconds) => {
    expect(restAfter(throttled(reason), 0, 1)).toBe(milliseconds)
  })

  it('is that of the worst reason', () => {
    const both = throttled('IndexWriteKeyRangeThroughputExceeded', 'TableWriteAccountLimitExceeded')
    expect(restAfter(both, 0, 1)).toBe(5000)
  })

  it('reads the other spelling, and no reason at all', () => {
    const ThrottlingReasons = [{ reason: 'TableWriteProvisionedThroughputExceeded' }]
    const other = new ProvisionedThroughputExceededException({
      message: '',
      $metadata: {},
      ThrottlingReasons,
    })
    expect(restAfter(other, 0, 1)).toBe(2000)
    expect(restAfter(new ProvisionedThroughputExceededException({ message: '', $metadata: {} }), 0, 1)).toBe(
      1000,
    )
  })

  it('doubles up to 20 seconds, and has half of it for jitter', () => {
    const error = throttled('TableWriteProvisionedThroughputExceeded')
    expect([0, 1, 2, 9].map((tries) => restAfter(error, tries, 1))).toEqual([2000, 4000, 8000, 20_000])
    expect(restAfter(error, 0, 0)).toBe(1000)
  })

  it('is none after any other error', () => {
    expect(restAfter(new Error('ThrottlingException'), 0, 1)).toBeUndefined()
    expect(restAfter('ThrottlingException', 0, 1)).toBeUndefined()
  })

  it.each(['ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded'])(
    'is one second after %s without a reason',
    (name) => {
      expect(restAfter(Object.assign(new Error('slow'), { name }), 0, 1)).toBe(1000)
    },
  )
})
