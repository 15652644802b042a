import { describe, expect, it } from 'vitest'
import { FUNCTIONS, LEDGER, PIPE, QUEUE, ROUTES, SCHEDULES } from '../../infra/wiring.ts'
import { toItem } from '../../shared/ledger/row-dynamodb.ts'
import { SETTINGS } from '../../shared/platform/settings.ts'
import { aRequest, NOW } from '../fixtures/companies/request.ts'

const row = toItem(aRequest({ nextCheckAt: NOW, expiresAt: NOW }))

describe('the wiring', () => {
  it('names the ledger’s attributes as its rows have them', () => {
    const keys = {
      ...LEDGER.key,
      ...LEDGER.openIndex.key,
      ...LEDGER.receivedIndex.key,
      [LEDGER.timeToLiveAttribute]: 'N',
    }
    for (const [name, type] of Object.entries(keys)) expect(row[name]).toHaveProperty(type)
    for (const name of LEDGER.receivedIndex.projection) expect(row).toHaveProperty(name)
  })

  it('lets the pipe ring for a row in ready, by its key alone', () => {
    const { sk, state } = PIPE.filter.dynamodb.NewImage
    expect([sk.S, state.S]).toEqual([[row['sk']?.S], [row['state']?.S]])
    expect(PIPE.inputTemplate).toBe('{"request":"<$.dynamodb.NewImage.requestKey.S>"}')
    expect(row['requestKey']?.S).toBe(aRequest().key)
  })

  it('points every route, schedule and queue to a function, with settings that exist', () => {
    const targets = [
      ...Object.values(ROUTES),
      ...Object.values(SCHEDULES).map((one) => one.function),
      QUEUE.function,
    ]
    for (const target of targets) expect(Object.keys(FUNCTIONS)).toContain(target)
    for (const { settings } of Object.values(FUNCTIONS)) {
      for (const setting of settings) expect(Object.keys(SETTINGS)).toContain(setting)
    }
  })

  it('gives a message back only after a worker’s time is over', () => {
    expect(QUEUE.visibilityTimeoutSeconds).toBeGreaterThanOrEqual(6 * FUNCTIONS.erase.timeoutSeconds)
  })
})
