import { describe, expect, it } from 'vitest'
import { keepIdentities, openIdentities } from '../../../shared/erasure/sealed-identities.ts'
import { aRequest } from '../../fixtures/companies/request.ts'

/** A ledger of one request, and a sealer whose seals a test can read. */
function keeper(chunks: readonly unknown[] = []) {
  const saved: unknown[][] = []
  return {
    saved,
    ledger: {
      identities: async () => chunks.map((chunk) => JSON.stringify(chunk)),
      async saveIdentities(_request: unknown, texts: readonly string[]) {
        saved.push(texts.map((text) => JSON.parse(text) as unknown))
      },
    },
    sealer: {
      seal: async (value: unknown) => JSON.stringify(value),
      open: async (text: string) => JSON.parse(text) as unknown,
    },
  }
}

describe('identities at rest', () => {
  it('are what the request named, and what was learnt', async () => {
    const request = aRequest({ identity: JSON.stringify({ facebookId: ['901'] }) })
    const learnt = [{ userId: ['u1'] }, { userId: ['u1', 'u2'] }]
    expect(await openIdentities(keeper(learnt), request)).toEqual({
      facebookId: ['901'],
      userId: ['u1', 'u2'],
    })
    const { identity: _none, ...nobody } = request
    expect(await openIdentities(keeper(), nobody)).toEqual({})
  })

  it('belong together where the request named them, but not with what was learnt', async () => {
    const request = aRequest({ identity: JSON.stringify({ tenant: ['t1'], account: ['a1'] }) })
    const learnt = [{ tenant: ['t2'] }, { '&': ['{"account":"a2","tenant":"t2"}'] }]
    const joints = [['account', 'tenant']]
    expect(await openIdentities(keeper(learnt), request, joints)).toEqual({
      tenant: ['t1', 't2'],
      account: ['a1'],
      '&': ['{"account":"a1","tenant":"t1"}', '{"account":"a2","tenant":"t2"}'],
    })
    const { identity: _none, ...nobody } = request
    expect(await openIdentities(keeper(learnt), nobody, joints)).toEqual({
      tenant: ['t2'],
      '&': ['{"account":"a2","tenant":"t2"}'],
    })
  })

  it('are written only when there is more', async () => {
    const one = { userId: ['u1'] }
    const store = keeper()
    await keepIdentities(store, aRequest(), one, one)
    expect(store.saved).toEqual([])
    await keepIdentities(store, aRequest(), one, { userId: ['u1', 'u2'], email: ['a@x'] })
    expect(store.saved).toEqual([[{ userId: ['u1', 'u2'], email: ['a@x'] }]])
    const together = { ...one, '&': ['{"account":"a1","tenant":"t1"}'] }
    await keepIdentities(store, aRequest(), one, together)
    expect(store.saved[1]).toEqual([together])
  })

  it('are at most 200 in a chunk', async () => {
    const values = (count: number) => ({ email: Array.from({ length: count }, (_, n) => `${n}@x`) })
    const store = keeper()
    await keepIdentities(store, aRequest(), {}, values(200))
    await keepIdentities(store, aRequest(), {}, { userId: ['u1'], ...values(400) })
    expect(store.saved.map((chunks) => chunks.length)).toEqual([1, 3])
    expect(store.saved[0]).toEqual([values(200)])
    expect(store.saved[1]?.[2]).toEqual({ email: ['399@x'] })
  })
})
