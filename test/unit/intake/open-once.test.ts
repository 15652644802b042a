import { describe, expect, it } from 'vitest'
import { type Occasion, openOnce } from '../../../shared/intake/open-once.ts'
import { deriveCode, requestKeyOf } from '../../../shared/requests/code.ts'
import type { State } from '../../../shared/requests/lifecycle.ts'
import { aRequest } from '../../fixtures/companies/request.ts'

const codeOf = (...fields: readonly string[]) => deriveCode('index key', 'list', 'a', ...fields)
const occasion: Occasion = { codeAt: (count) => codeOf(String(count)), most: 3 }

/** Rows under the codes of the counts from 0, and which of them were looked at. */
function rows(...states: readonly State[]) {
  const requests = states.map((state, count) =>
    aRequest({ key: requestKeyOf(codeOf(String(count))), state, attempts: count }),
  )
  const looked: string[] = []
  const look = async (key: string) => {
    looked.push(key)
    return { request: requests.find((request) => request.key === key) }
  }
  return { requests, looked, look }
}

describe('an occasion', () => {
  it('takes its first code, where that is free, at one look', async () => {
    const { looked, look } = rows()
    const code = codeOf('0')
    expect(await openOnce(occasion, look)).toEqual({ code, request: undefined })
    expect(looked).toEqual([requestKeyOf(code)])
  })

  it('takes what its door has just written, whatever state that is in', async () => {
    const request = aRequest({ state: 'completed' })
    const opened = await openOnce(occasion, async () => ({ request, created: true }))
    expect(opened).toMatchObject({ code: codeOf('0'), created: true })
  })

  it('is answered by the request that is open', async () => {
    const { requests, look } = rows('completed', 'waiting')
    expect(await openOnce(occasion, look)).toEqual({
      code: codeOf('1'),
      request: requests[1],
    })
  })

  it('counts up past the requests that have ended', async () => {
    const { look } = rows('completed', 'withdrawn')
    expect(await openOnce(occasion, look)).toMatchObject({ code: codeOf('2'), request: undefined })
  })

  it('gets nothing when all that it may have had have ended', async () => {
    const { looked, look } = rows('completed', 'expired', 'refused')
    expect(await openOnce(occasion, look)).toBeUndefined()
    expect(looked).toHaveLength(3)
  })

  it('lets its door say which requests answer', async () => {
    const { look } = rows('waiting', 'completed')
    const answers: Occasion['answers'] = ({ attempts }, count) => attempts === 1 && count === 1
    expect(await openOnce({ ...occasion, answers }, look)).toMatchObject({ code: codeOf('1') })
  })
})
