import { describe, expect, it } from 'vitest'
import { extendRequest, refuseRequest, withdrawRequest } from '../../../shared/operations/endings.ts'
import { holdRequest } from '../../../shared/operations/holds.ts'
import { decide, openByOperator, resumeAll } from '../../../shared/operations/operations.ts'
import { codeFrom } from '../../../shared/requests/code.ts'
import { STATES, type State } from '../../../shared/requests/lifecycle.ts'
import { NOW } from '../../fixtures/companies/request.ts'
import { companyInTurns, PERSON } from '../../fixtures/world/in-turns.ts'

const BY = { by: 'linh' }
const byFacebook = { facebookId: PERSON.facebookId }

function stage() {
  const company = companyInTurns(async () => undefined)
  return { ...company, ender: { ...company.holder, keepRequests: { months: 24 } } }
}

/** A request in this state, by the ledger's own writes. */
async function inState(state: State) {
  const company = stage()
  const key = await company.receive(byFacebook)
  const row = await company.find(key)
  await company.ledger.save({ ...row, version: 2, state, ...(state === 'on_hold' && { heldFrom: 'ready' }) })
  return { ...company, key }
}

describe('every step of an operator', () => {
  const steps: readonly [
    name: string,
    legal: readonly State[],
    take: (of: Awaited<ReturnType<typeof inState>>) => Promise<unknown>,
  ][] = [
    [
      'refuse',
      ['needs_review', 'on_hold'],
      ({ ender, key }) => refuseRequest(ender, key, { ...BY, reason: 'legal_claim' }),
    ],
    ['withdraw', openStates(), ({ ender, key }) => withdrawRequest(ender, key, BY)],
    [
      'extend',
      openStates(),
      ({ ender, key }) => extendRequest(ender, key, { ...BY, reason: 'complex', extensions: ['P20D'] }),
    ],
    ['hold', openStates(), ({ holder, key }) => holdRequest(holder, key, BY)],
  ]

  it.each(steps.flatMap(([name, legal, take]) => legal.map((state) => [name, state, take] as const)))(
    '%s in %s is done',
    async (name, state, take) => {
      const of = await inState(state)
      await take(of)
      const { version } = await of.find(of.key)
      // What is on hold is held already.
      expect(version).toBeGreaterThanOrEqual(name === 'hold' && state === 'on_hold' ? 2 : 3)
    },
  )

  it.each(
    steps.flatMap(([name, legal, take]) =>
      STATES.filter((state) => !legal.includes(state)).map((state) => [name, state, take] as const),
    ),
  )('%s in %s is refused, and changes nothing', async (_name, state, take) => {
    const of = await inState(state)
    const before = await of.find(of.key)
    await expect(take(of)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' })
    expect(await of.find(of.key)).toEqual(before)
    expect(await of.ledger.history(of.key)).toEqual([])
    expect(await of.ledger.isHeld(of.hashes)).toBe(false)
  })
})

describe('a refusal', () => {
  it('keeps its reason with the request, and nothing of the person: no identity, claim or hold', async () => {
    const { ender, holder, ledger, find, key, hashes } = await inState('needs_review')
    await ledger.claim(hashes[0] ?? '', key)
    await holdRequest(holder, key, BY)
    await refuseRequest(ender, key, { ...BY, reason: 'legal_claim' })
    const row = await find(key)
    expect(row).toMatchObject({ state: 'refused', refusal: { reason: 'legal_claim' }, endedAt: NOW })
    for (const name of ['identity', 'checkpoint', 'heldBy']) expect(row).not.toHaveProperty(name)
    expect(await ledger.ownersOf(hashes)).toEqual([])
    expect(await ledger.isHeld(hashes)).toBe(false)
  })
})

describe('taking back', () => {
  it('is refused once something may have been deleted', async () => {
    const { ender, find, ledger, key } = await inState('waiting')
    const row = await find(key)
    await ledger.save({ ...row, version: 3, firstDeleteAt: NOW })
    await expect(withdrawRequest(ender, key, BY)).rejects.toThrow(/cannot be taken back/)
  })
})

describe('an extension', () => {
  it('is given once, before the day, by what every law allows', async () => {
    const { ender, pass, key } = await inState('waiting')
    const extend = () =>
      extendRequest(ender, key, { ...BY, reason: 'many_requests', extensions: ['P2M', 'P20D'] })
    expect(await extend()).toMatchObject({
      dueAt: new Date('2027-01-01T08:00:00.000Z'),
      extension: { reason: 'many_requests', from: '2026-12-12T08:00:00.000Z' },
    })
    await expect(extend()).rejects.toThrow(/extended before, from 2026-12-12/)
    const late = await inState('waiting')
    late.pass(21 * 24 * 3600_000)
    pass(0)
    await expect(
      extendRequest(late.ender, late.key, { ...BY, reason: 'complex', extensions: ['P20D'] }),
    ).rejects.toThrow(/was due on 2026-12-12/)
  })
})

describe('a request opened by an operator', () => {
  it('is approved by another one only', async () => {
    const company = stage()
    const { ledger, delays, settle } = company
    const opening = {
      ledger,
      delays,
      deadlines: ['P20D'],
      newCode: () => codeFrom(new Uint8Array(15)),
    }
    const identity = JSON.stringify(byFacebook)
    const opened = await openByOperator(opening, identity, { ...BY, reason: 'a letter', at: NOW })
    expect(opened.code).toBe('0'.repeat(24))
    const { key } = opened.request
    expect(await settle(key)).toMatchObject({ state: 'needs_review', problem: { reason: 'by_operator' } })
    const approve = (by: string) => decide(ledger, delays, key, { step: 'approve', by, at: NOW })
    await expect(approve('linh')).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' })
    await approve('minh')
    expect((await settle(key)).state).toBe('completed_with_retention')
  })
})

describe('a pause', () => {
  it('that cannot be read stops what is delivered, which is tried again', async () => {
    const { ledger, receive, deliver, find, writes } = stage()
    const key = await receive(byFacebook)
    ledger.isPaused = async () => Promise.reject(new Error('unreadable'))
    await deliver(key, 9999)
    expect(await find(key)).toMatchObject({ state: 'waiting', attempts: 1 })
    expect(writes).toEqual([])
  })

  it('stops what is delivered, counts no try, and is over when it is resumed', async () => {
    const { ledger, delays, receive, deliver, find, settle, writes } = stage()
    const key = await receive(byFacebook)
    await ledger.setPaused(true, { by: 'linh', at: NOW })
    await deliver(key, 9999)
    expect(await find(key)).toMatchObject({ state: 'waiting', attempts: 0, problem: { reason: 'paused' } })
    expect(writes).toEqual([])
    expect(await resumeAll(ledger, delays, { by: 'linh', at: NOW })).toEqual({ woken: 1 })
    const row = await find(key)
    expect(row.state).toBe('ready')
    expect(row).not.toHaveProperty('problem')
    expect((await settle(key)).state).toBe('completed_with_retention')
  })
})

function openStates(): readonly State[] {
  const final: readonly State[] = ['completed', 'completed_with_retention', 'refused', 'expired', 'withdrawn']
  return STATES.filter((state) => !final.includes(state))
}
