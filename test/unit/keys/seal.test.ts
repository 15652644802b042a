import { decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { sealer } from '../../../shared/keys/seal.ts'

/** A ring of keys, the newest last. */
function ring(keys: Record<string, string>) {
  return sealer({
    async newest() {
      const [id = '', secret = ''] = Object.entries(keys).at(-1) ?? []
      return { id, secret }
    },
    async byId(id) {
      const secret = keys[id]
      if (secret === undefined) throw new Error('no such key')
      return secret
    },
  })
}

describe('a seal', () => {
  it('opens to what was sealed, and names its key and nothing else', async () => {
    const keyring = ring({ k1: 'secret' })
    const sealed = await keyring.seal({ facebookId: ['901'] })
    expect(decodeProtectedHeader(sealed)).toEqual({ alg: 'dir', enc: 'A256GCM', kid: 'k1' })
    expect(await keyring.open(sealed)).toEqual({ facebookId: ['901'] })
    expect(await keyring.seal({ facebookId: ['901'] })).not.toBe(sealed)
  })

  it('opens with the key it was made with, after newer ones have come', async () => {
    const keys: Record<string, string> = { k1: 'secret' }
    const keyring = ring(keys)
    const old = await keyring.seal(1)
    keys['k2'] = 'another'
    const young = await keyring.seal(2)
    expect(decodeProtectedHeader(young).kid).toBe('k2')
    expect([await keyring.open(old), await keyring.open(young)]).toEqual([1, 2])
  })

  it('opens with the same secret only, wherever it was made', async () => {
    const sealed = await ring({ k1: 'secret' }).seal('x')
    expect(await ring({ k1: 'secret' }).open(sealed)).toBe('x')
    for (const keys of [{ k1: 'other' }, { k2: 'secret' }]) {
      await expect(ring(keys).open(sealed)).rejects.toMatchObject({
        code: 'SEAL_UNREADABLE',
        cause: expect.any(Error),
      })
    }
    await expect(ring({ k1: 'secret' }).open('no seal')).rejects.toMatchObject({ code: 'SEAL_UNREADABLE' })
  })
})
