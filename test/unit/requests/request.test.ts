import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromLine } from '../../../shared/ledger/requests-dynamodb.ts'
import { fromItem, OPEN_SHARDS, primaryKey, toItem } from '../../../shared/ledger/row-dynamodb.ts'
import type { RequestKey } from '../../../shared/requests/code.ts'
import { isFinal, LIFECYCLE, STATES, type State, type Step } from '../../../shared/requests/lifecycle.ts'
import { advance, type DeletionRequest } from '../../../shared/requests/request.ts'
import { aRequest, NOW } from '../../fixtures/companies/request.ts'

const stepsOf = (state: State) => Object.keys(LIFECYCLE[state]) as Step[]
const everyStep = [...new Set(STATES.flatMap(stepsOf))]

/** A request after a random walk through the lifecycle. */
const walked = fc.array(fc.nat(20), { maxLength: 12 }).map((choices) =>
  choices.reduce<DeletionRequest>(
    (request, choice) => {
      const steps = stepsOf(request.state)
      const step = steps[choice % Math.max(steps.length, 1)]
      return step ? advance(request, step, NOW, { lease: request.lease }) : request
    },
    aRequest({ state: 'awaiting_confirmation' }),
  ),
)

describe('the lifecycle', () => {
  it('reaches every state from where requests start', () => {
    const reached = new Set<State>(['awaiting_confirmation', 'ready'])
    for (const state of reached) {
      for (const target of Object.values(LIFECYCLE[state])) if (target !== 'heldFrom') reached.add(target)
    }
    expect([...reached].sort()).toEqual([...STATES].sort())
  })

  it('ends in exactly five states', () => {
    expect(STATES.filter(isFinal).sort()).toEqual(
      ['completed', 'completed_with_retention', 'expired', 'refused', 'withdrawn'].sort(),
    )
  })

  it('lets every open state be held and withdrawn, and nothing but the eraser complete', () => {
    const open = STATES.filter((state) => !isFinal(state))
    const without = (step: string) => open.filter((state) => !stepsOf(state).join().includes(step))
    expect(without('withdraw')).toEqual([])
    expect(without('hold')).toEqual(['on_hold'])
    expect(without('complete')).toEqual(open.filter((state) => state !== 'erasing'))
  })
})

describe('advance', () => {
  it('never leaves a seal, a lease, a checkpoint or a due time on a final request', () => {
    const ended = fc.sample(walked, 2000).filter(({ state }) => isFinal(state))
    expect(ended.length).toBeGreaterThan(100)
    for (const request of ended) {
      expect(Object.keys(request)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(identity|lease|checkpoint|nextCheckAt|problem)$/)]),
      )
      expect(request.endedAt).toEqual(NOW)
    }
  })

  it('refuses every step that the table does not name', () => {
    for (const state of STATES) {
      for (const step of everyStep.filter((one) => !stepsOf(state).includes(one))) {
        expect(() => advance(aRequest({ state }), step, NOW)).toThrow(
          expect.objectContaining({ code: 'ILLEGAL_TRANSITION' }),
        )
      }
    }
  })

  it('refuses to withdraw what has begun to be deleted', () => {
    for (const state of STATES.filter((one) => !isFinal(one))) {
      expect(() => advance(aRequest({ state, firstDeleteAt: NOW }), 'withdraw', NOW)).toThrow(
        expect.objectContaining({ code: 'ILLEGAL_TRANSITION' }),
      )
    }
  })

  it.each([
    ['awaiting_confirmation', 'awaiting_confirmation'],
    ['scheduled', 'scheduled'],
    ['needs_review', 'needs_review'],
    ['ready', 'ready'],
    ['erasing', 'ready'],
    ['waiting', 'ready'],
    ['needs_operator', 'ready'],
  ] as const)('releases what was held in %s to %s', (from, to) => {
    const released = advance(advance(aRequest({ state: from }), 'hold', NOW), 'release', NOW)
    expect(released.state).toBe(to)
    expect(released.heldFrom).toBeUndefined()
  })

  it('keeps what is not over: a request that has begun may do all but be withdrawn', () => {
    expect(advance(aRequest({ firstDeleteAt: NOW }), 'take', NOW).state).toBe('erasing')
  })

  it('remembers where it was when it was held, and only then', () => {
    expect(advance(aRequest({ state: 'scheduled' }), 'hold', NOW).heldFrom).toBe('scheduled')
    expect(advance(aRequest(), 'take', NOW)).not.toHaveProperty('heldFrom')
  })

  it('keeps the lease while it is at work, and not after that', () => {
    const lease = { id: 'a', until: NOW }
    const taken = advance(aRequest({ lease }), 'take', NOW)
    expect(taken.lease).toEqual(lease)
    expect(advance(taken, 'wait', NOW)).not.toHaveProperty('lease')
  })

  it('raises the version by one, whatever the step', () => {
    expect(advance(aRequest({ state: 'ready', version: 7 }), 'take', NOW).version).toBe(8)
  })
})

describe('a row of the ledger', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(walked, (request) => {
        expect(fromItem(toItem(request))).toEqual(request)
      }),
    )
    const full = aRequest({
      state: 'erasing',
      lease: { id: 'a', until: NOW },
      problem: {
        reason: 'residue',
        residue: [{ table: 'Shop', sortKey: 'NOTE#', items: 1, why: 'unclaimed' }],
      },
      checkpoint: {
        mapHash: 'h',
        pass: 1,
        round: 1,
        phase: 'plan',
        planned: { orders: { items: 2, until: '2036-01-01' } },
        done: { erased: [], redacted: [], retained: [] },
      },
      expiresAt: new Date('2028-11-22T08:00:00.000Z'),
    })
    expect(fromItem(toItem(full))).toEqual(full)
  })

  it.each(['state', 'channel', 'scope', 'version', 'receivedAt', 'dueAt', 'doubts', 'pk'])(
    'is a defect, never a default, without its %s',
    (name) => {
      const { [name]: _gone, ...item } = toItem(aRequest())
      expect(() => fromItem(item)).toThrow(TypeError)
    },
  )

  it('is a defect in a state nobody knows: it must not look finished', () => {
    expect(() => fromItem({ ...toItem(aRequest()), state: { S: 'done' } })).toThrow(/state/)
  })

  it.each(['platform', 'account'] as const)('keeps the scope %s', (scope) => {
    expect(fromItem(toItem(aRequest({ scope }))).scope).toBe(scope)
  })

  it('has no attribute for what is not there', () => {
    expect(Object.keys(toItem(aRequest())).sort()).toEqual(
      `app attempts channel doubts dueAt identity nextCheckAt openShard pk receivedAt requestKey scope
       sk state updatedAt version wakeups`.split(/\s+/),
    )
    expect(Object.keys(fromItem(toItem(aRequest()))).sort()).toEqual(Object.keys(aRequest()).sort())
  })

  it.each([
    ['a key that is no hash', { pk: { S: 'REQ#1' } }, /request key/],
    ['a date that is none', { dueAt: { S: 'soon' } }, /dueAt/],
    ['a lease without an end', { leaseId: { S: 'a' } }, /leaseUntil/],
    ['a state of another type', { state: { N: '1' } }, /state/],
    ['a number that is none', { version: { N: 'one' } }, /version/],
  ])('is a defect with %s', (_what, attributes, why) => {
    expect(() => fromItem({ ...toItem(aRequest()), ...attributes })).toThrow(
      expect.objectContaining({ name: 'TypeError', message: expect.stringMatching(why) }),
    )
  })

  it('has a history whose lines are whole', () => {
    const line = { at: { S: NOW.toISOString() }, step: { S: 'take' }, by: { S: 'system' } }
    expect(fromLine(line)).toEqual({ at: NOW, step: 'take', by: 'system' })
    for (const name of ['at', 'step', 'by']) {
      expect(() => fromLine({ ...line, [name]: { N: '1' } })).toThrow(TypeError)
    }
  })

  it('lies in one of eight shards, by the beginning of its key', () => {
    const shardOf = (start: string) =>
      toItem(aRequest({ key: `${start}${'3'.repeat(62)}` as RequestKey }))['openShard']
    expect(['00', '07', '08', 'ff', '1c'].map(shardOf)).toEqual(['0', '7', '0', '7', '4'].map((S) => ({ S })))
    expect(OPEN_SHARDS).toEqual(['0', '1', '2', '3', '4', '5', '6', '7'])
  })

  it('is in the index of open rows exactly while it is open', () => {
    const open = aRequest({ state: 'ready', nextCheckAt: NOW })
    expect(toItem(open)['openShard']).toBeDefined()
    const final = advance(advance(open, 'take', NOW), 'complete', NOW)
    expect(toItem(final)['openShard']).toBeUndefined()
    expect(toItem(final)['nextCheckAt']).toBeUndefined()
  })
  it('has a key of two parts', () => {
    const { pk, sk } = toItem(aRequest())
    expect(primaryKey(toItem(aRequest()))).toEqual({ pk, sk })
    expect(sk).toEqual({ S: 'META' })
    expect(pk?.S).toBe(`REQ#${aRequest().key}`)
    expect([primaryKey({}), primaryKey({ pk: { S: 'a' } })]).toEqual([{}, { pk: { S: 'a' } }])
  })
})
