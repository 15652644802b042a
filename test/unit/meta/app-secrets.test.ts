import { describe, expect, it } from 'vitest'
import { appSecrets } from '../../../shared/meta/app-secrets.ts'

/** A vault whose answers a test sets, and a clock it moves. */
function vault() {
  let seconds = 0
  let answer: () => Promise<Record<string, unknown>> = async () => ({ shop: ['old'] })
  let reads = 0
  const secrets = appSecrets({
    read: () => {
      reads += 1
      return answer()
    },
    clock: () => new Date(seconds * 1000),
  })
  return {
    secrets,
    reads: () => reads,
    pass: (more: number) => {
      seconds += more
    },
    answerWith: (next: typeof answer) => {
      answer = next
    },
  }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('appSecrets', () => {
  it('reads once for any number of questions at once', async () => {
    const { secrets, reads } = vault()
    const lists = await Promise.all(Array.from({ length: 50 }, () => secrets.of('shop')))
    expect(lists.every((list) => list[0] === 'old')).toBe(true)
    expect(reads()).toBe(1)
  })

  it('answers from the old list while it reads a stale one again', async () => {
    const { secrets, reads, pass, answerWith } = vault()
    await secrets.of('shop')
    answerWith(async () => ({ shop: ['new', 'old'] }))
    pass(301)
    expect(await secrets.of('shop')).toEqual(['old'])
    await settled()
    expect(await secrets.of('shop')).toEqual(['new', 'old'])
    expect(reads()).toBe(2)
  })

  it('reads again on a mismatch at most once a minute, however many mismatches', async () => {
    const { secrets, reads, pass, answerWith } = vault()
    await secrets.of('shop')
    expect(await secrets.refreshed('shop')).toBe(false)
    expect(reads()).toBe(1)
    pass(61)
    answerWith(async () => ({ shop: ['new', 'old'] }))
    expect(await Promise.all([secrets.refreshed('shop'), secrets.refreshed('shop')])).toEqual([true, true])
    expect(reads()).toBe(2)
    for (let n = 0; n < 100; n += 1) expect(await secrets.refreshed('shop')).toBe(false)
    expect(reads()).toBe(2)
  })

  it('keeps the old list when a refresh fails or brings nonsense', async () => {
    const { secrets, pass, answerWith } = vault()
    await secrets.of('shop')
    for (const answer of [
      () => Promise.reject(new Error('down')),
      async () => ({ shop: 'text' }),
      async () => ({ shop: [''] }),
      async () => ({ shop: ['new', ''] }),
      async () => ({ shop: [7] }),
    ]) {
      answerWith(answer)
      pass(400)
      expect(await secrets.refreshed('shop')).toBe(false)
      expect(await secrets.of('shop')).toEqual(['old'])
      await settled()
    }
  })

  it('keeps the list for five minutes, and looks for a mismatch after one, not before', async () => {
    const { secrets, reads, pass } = vault()
    await secrets.warm()
    pass(60)
    expect(await secrets.refreshed('shop')).toBe(false)
    pass(240)
    await secrets.of('shop')
    expect(reads()).toBe(1)
    pass(0.001)
    await secrets.of('shop')
    expect(reads()).toBe(2)
  })

  it('has nothing new to say as long as nothing can be read', async () => {
    const { secrets, answerWith } = vault()
    answerWith(() => Promise.reject(new Error('down')))
    expect(await secrets.refreshed('shop')).toBe(false)
  })

  it.each([{ shop: 'text' }, { shop: [''] }])(
    'refuses a first list that is nonsense: %j',
    async (nonsense) => {
      const { secrets, answerWith } = vault()
      answerWith(async () => nonsense)
      await expect(secrets.warm()).rejects.toMatchObject({ code: 'SECRET_MISSING' })
    },
  )

  it('refuses an app whose list is empty', async () => {
    const { secrets, answerWith } = vault()
    answerWith(async () => ({ shop: [] }))
    await expect(secrets.of('shop')).rejects.toMatchObject({ code: 'SECRET_MISSING' })
  })

  it('refuses when it never had a list, and tries again on the next question', async () => {
    const { secrets, answerWith } = vault()
    answerWith(() => Promise.reject(new Error('down')))
    await expect(secrets.of('shop')).rejects.toThrow('down')
    answerWith(async () => ({ shop: ['old'] }))
    expect(await secrets.of('shop')).toEqual(['old'])
  })

  it.each(['<app secret>', '"abc">', 'a b', 'abc\n'])(
    'refuses what was left of an example: %j',
    async (left) => {
      const { secrets, answerWith } = vault()
      answerWith(async () => ({ shop: ['abc', left] }))
      await expect(secrets.of('shop')).rejects.toMatchObject({
        code: 'SECRET_MISSING',
        message:
          'an app secret has <, > or white space in it: put in the one that the Meta App Dashboard shows',
      })
    },
  )

  it.each(['other', 'toString', '__proto__'])('refuses the app %s, which has no secret', async (app) => {
    await expect(vault().secrets.of(app)).rejects.toMatchObject({ code: 'SECRET_MISSING' })
  })
})
