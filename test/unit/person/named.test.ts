import { describe, expect, it } from 'vitest'
import { namedIdentities } from '../../../shared/person/named.ts'
import { SMALL_MAP } from '../../fixtures/companies/small-company.ts'

const named = (...pairs: readonly (readonly [string, string])[]) => namedIdentities(SMALL_MAP, pairs)

describe('whom an operator names', () => {
  it('is each value once, in the form the tables have', () => {
    expect(named(['email', ' An@Example.com '], ['userId', 'u1'], ['email', 'an@example.com'])).toEqual({
      email: ['an@example.com'],
      userId: ['u1'],
    })
    expect(named()).toEqual({})
  })

  it('is nobody by a group, a record or an unknown name, which is not repeated', () => {
    for (const name of ['teamId', 'orderNo', 'somebody@example.com']) {
      expect(() => named([name, 'x'])).toThrow(
        expect.objectContaining({
          code: 'BAD_REQUEST',
          message: 'there is no such identity to ask for: use userId, facebookId, email',
        }),
      )
    }
  })

  it('is nobody by a value that could be anybody’s, which is not repeated', () => {
    expect(() => named(['userId', 'null'])).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', message: 'the value given for userId names nobody' }),
    )
  })
})
