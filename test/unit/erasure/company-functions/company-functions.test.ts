import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  askingFor,
  call,
  isFunctionFailure,
} from '../../../../shared/erasure/company-functions/company-functions.ts'
import type { OutsideAnswer } from '../../../../shared/person/company-function.ts'
import type { Work } from '../../../../shared/person/work.ts'
import { ServiceError } from '../../../../shared/platform/errors.ts'
import { aRequest } from '../../../fixtures/companies/request.ts'
import { SMALL_MAP } from '../../../fixtures/companies/small-company.ts'

beforeEach(() => {
  vi.spyOn(console, 'error').mockReturnValue(undefined)
})
afterEach(() => vi.restoreAllMocks())

const PLACE = { name: 'tickets', functionArn: 'arn' }
const REQUEST = aRequest().key
const IDENTITIES = { userId: ['u1'] }

type Phase = 'plan' | 'erase' | 'verify'
const answering = (answer: unknown, phase: Phase = 'plan', cursor?: string) =>
  askingFor({ invoke: async () => answer }, REQUEST)(PLACE, {
    phase,
    identities: IDENTITIES,
    ...(cursor !== undefined && { cursor }),
  })

describe('the answer of a function', () => {
  it.each<[what: string, answer: unknown, phase: Phase, read: OutsideAnswer]>([
    ['all done', { items: 2, done: true }, 'plan', { items: 2, done: true, retained: 0 }],
    ['nothing', { items: 0, done: true, x: 1 }, 'verify', { items: 0, done: true, retained: 0 }],
    ['kept', { items: 0, done: true, retained: 3 }, 'verify', { items: 0, done: true, retained: 3 }],
    [
      'more',
      { items: 0, done: false, cursor: 'a' },
      'plan',
      { items: 0, done: false, retained: 0, cursor: 'a' },
    ],
    [
      'more, and no cursor while it erases',
      { items: 1, done: false },
      'erase',
      { items: 1, done: false, retained: 0 },
    ],
    [
      'a cursor as long as allowed',
      { items: 0, done: false, cursor: 'a'.repeat(4096) },
      'plan',
      { items: 0, done: false, retained: 0, cursor: 'a'.repeat(4096) },
    ],
  ])('is read: %s', async (_what, answer, phase, read) => {
    expect(await answering(answer, phase)).toEqual(read)
  })

  it.each<[what: string, answer: unknown, phase?: Phase, cursor?: string]>([
    ['a text', 'done'],
    ['null', null],
    ['nothing', undefined],
    ['no number', { done: true }],
    ['a number as text', { items: '1', done: true }],
    ['a number below zero', { items: -1, done: true }],
    ['half an item', { items: 0.5, done: true }],
    ['no end', { items: 1 }],
    ['an end that is no boolean', { items: 1, done: 'yes' }],
    ['kept, without a number', { items: 1, done: true, retained: null }],
    ['a cursor that is no text', { items: 1, done: true, cursor: 1 }],
    ['a cursor too long', { items: 1, done: false, cursor: 'a'.repeat(4097) }],
    ['not done, and no cursor', { items: 1, done: false }],
    ['not done, and no cursor', { items: 1, done: false }, 'verify'],
    ['not done, and nothing erased', { items: 0, done: false }, 'erase'],
    ['the same cursor again', { items: 1, done: false, cursor: 'a' }, 'plan', 'a'],
  ])('is a failure, never "nothing found": %s', async (_what, answer, phase, cursor) => {
    await expect(answering(answer, phase, cursor)).rejects.toMatchObject({
      code: 'FUNCTION_FAILED',
      cause: { code: 'FUNCTION_FAILED' },
    })
  })
})

describe('asking a function', () => {
  it('names the request, the phase and the person, and no more', async () => {
    const events: unknown[] = []
    const invoke = async (arn: string, event: unknown) => {
      events.push([arn, event])
      return { items: 0, done: true }
    }
    await askingFor({ invoke }, REQUEST)(PLACE, { phase: 'plan', identities: IDENTITIES })
    expect(events).toEqual([['arn', { version: 1, request: REQUEST, phase: 'plan', identities: IDENTITIES }]])
  })

  it('fails when it fails, and logs no word of a foreign error', async () => {
    const invoke = async (): Promise<unknown> => {
      throw new TypeError('jane@example.com')
    }
    const asked = askingFor({ invoke }, REQUEST)(PLACE, { phase: 'erase', identities: IDENTITIES })
    await expect(asked).rejects.toMatchObject({ code: 'FUNCTION_FAILED', cause: expect.any(TypeError) })
    expect(vi.mocked(console.error).mock.calls.join()).toContain('TypeError')
    expect(vi.mocked(console.error).mock.calls.join()).not.toContain('jane')
  })

  it('is a mistake where there is none to ask', async () => {
    await expect(
      askingFor(undefined, REQUEST)(PLACE, { phase: 'plan', identities: IDENTITIES }),
    ).rejects.toThrow(TypeError)
  })

  it('is known by its failure', () => {
    expect(isFunctionFailure(new ServiceError('FUNCTION_FAILED', 'x'))).toBe(true)
    expect(isFunctionFailure(new ServiceError('NOT_FOUND', 'x'))).toBe(false)
    expect(isFunctionFailure(new Error('FUNCTION_FAILED'))).toBe(false)
  })
})

describe('a call', () => {
  const calling = (answer: OutsideAnswer, identities: Work['identities'] = IDENTITIES) => {
    const asked: unknown[] = []
    const work = {
      map: SMALL_MAP,
      identities,
      async ask(_place: unknown, event: unknown) {
        asked.push(event)
        return answer
      },
    } satisfies Partial<Work>
    // Of the work a call uses these.
    return { asked, work: work as Partial<Work> as Work }
  }

  it('says where the next one goes on', async () => {
    const { asked, work } = calling({ items: 1, done: false, cursor: 'b' })
    expect(await call(work, PLACE, 'plan', { query: 3, token: 'a' })).toMatchObject({
      items: 1,
      next: { query: 4, token: 'b' },
    })
    expect(asked).toEqual([{ phase: 'plan', identities: IDENTITIES, cursor: 'a' }])
    const again = calling({ items: 1, done: false })
    expect((await call(again.work, PLACE, 'erase', { query: 0 })).next).toEqual({ query: 1 })
    expect(again.asked).toEqual([{ phase: 'erase', identities: IDENTITIES }])
    const last = calling({ items: 1, done: true, cursor: 'b' })
    expect(await call(last.work, PLACE, 'erase', { query: 0 })).not.toHaveProperty('next')
  })

  it('names who it is by the person’s own values, and asks of nobody else', async () => {
    const all = { userId: ['u1'], teamId: ['t1'], orderNo: ['1'] }
    const { asked, work } = calling({ items: 1, done: true }, all)
    await call(work, PLACE, 'plan', { query: 0 })
    expect(asked).toEqual([{ phase: 'plan', identities: { userId: ['u1'] } }])
    const nobody = calling({ items: 1, done: true }, { teamId: ['t1'] })
    expect(await call(nobody.work, PLACE, 'plan', { query: 0 })).toEqual({ items: 0, done: true })
    expect(nobody.asked).toEqual([])
  })

  it('is the last one after ten thousand', async () => {
    const { work } = calling({ items: 1, done: true })
    expect(await call(work, PLACE, 'plan', { query: 9999 })).toMatchObject({ items: 1 })
    await expect(call(work, PLACE, 'plan', { query: 10_000 })).rejects.toMatchObject({
      code: 'FUNCTION_FAILED',
    })
  })

  it('is a mistake where nobody asks', async () => {
    const { ask: _ask, ...work } = calling({ items: 1, done: true }).work
    await expect(call(work, PLACE, 'plan', { query: 0 })).rejects.toThrow(TypeError)
  })
})
