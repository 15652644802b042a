import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ruleHash } from '../../../shared/data-map/map-hash.ts'
import { answerDoorbell } from '../../../shared/erasure/worker.ts'
import { NO_DEADLINE } from '../../../shared/platform/deadline.ts'
import { SLICE_BUDGET_MS } from '../../../shared/platform/delays.ts'
import { disableRule, enableRule, listRules } from '../../../shared/retention/rule-switch.ts'
import { LEFT, retentionCompany, retentionMap } from '../../fixtures/companies/retention-company.ts'

beforeEach(() => {
  for (const stream of ['log', 'info', 'error'] as const) vi.spyOn(console, stream).mockReturnValue()
})
afterEach(() => void vi.restoreAllMocks())

const HOUR_MS = 3600_000
const DAY_MS = 24 * HOUR_MS

describe('a retention rule', () => {
  it('only counts until it is enabled', async () => {
    const company = retentionCompany()
    company.put('a', '2026-05-01T00:00:00Z')
    company.put('b', '2026-11-01T00:00:00Z')
    expect(await company.sweepRetention()).toBe(0)
    expect(await company.open()).toEqual([])
    const { pass } = await company.ledger.ruleOf('left')
    expect(pass).toMatchObject({ due: 1, opened: 0, isOpening: false, isDone: true })
  })

  it('opens a request for whom it finds, which is due so long after the day that it fell due', async () => {
    const company = retentionCompany()
    company.put('a', '2026-05-26T12:00:00Z')
    await company.enable()
    company.pass(DAY_MS)
    expect(await company.sweepRetention()).toBe(1)
    const [row] = await company.open()
    expect(row).toMatchObject({
      channel: 'retention',
      scope: 'account',
      retention: { rule: 'left', since: '2026-05-26T12:00:00.000Z' },
      // Enabled on the 27th of November, a day after it would have fallen due.
      dueAt: new Date('2026-12-17T12:00:00Z'),
    })
    await company.settleAll()
    expect(company.ids()).toEqual([])
    expect((await company.open())[0]).toMatchObject({ state: 'completed' })
  })

  it.each([
    ['seconds taken for milliseconds', { ...LEFT, format: 'epochMillis' }, 1_700_000_000, { too_old: 1 }],
    ['milliseconds taken for seconds', { ...LEFT, format: 'epochSeconds' }, 1_700_000_000_000, { future: 1 }],
    ['zero', { ...LEFT, format: 'epochSeconds' }, 0, { too_old: 1 }],
    ['a default date', LEFT, '0001-01-01T00:00:00Z', { too_old: 1 }],
    ['a date of 1999', LEFT, '1999-12-31', { too_old: 1 }],
    ['a date in the future', LEFT, '2027-01-01T00:00:00Z', { future: 1 }],
    ['a word', LEFT, 'never', { unreadable: 1 }],
    ['a date of another spelling', LEFT, '01/02/2024', { unreadable: 1 }],
    ['a day that is none', LEFT, '2024-02-30', { unreadable: 1 }],
  ] as const)('erases nobody for %s, and says so', async (_what, rule, leftAt, unclear) => {
    const company = retentionCompany(rule)
    company.put('a', leftAt)
    await company.enable()
    expect(await company.sweepRetention()).toBe(0)
    expect((await company.ledger.ruleOf('left')).pass).toMatchObject({ due: 0, unclear })
  })

  it.each([
    ['America/New_York', '2026-09-01T03:59:00Z', '2026-09-01T04:00:00Z'],
    ['Asia/Ho_Chi_Minh', '2026-08-31T16:59:00Z', '2026-08-31T17:00:00Z'],
    ['UTC', '2026-08-31T23:59:00Z', '2026-09-01T00:00:00Z'],
  ])('counts a day without a time from that day in %s', async (timeZone, before, then) => {
    for (const [now, opened] of [
      [before, 0],
      [then, 1],
    ] as const) {
      const company = retentionCompany(LEFT, { timeZone, start: new Date(now) })
      company.put('a', '2026-03-01')
      await company.enable()
      expect(await company.sweepRetention()).toBe(opened)
    }
  })

  it('asks nobody twice, but for what is there again after it was erased', async () => {
    const company = retentionCompany()
    company.put('a', '2026-01-01')
    await company.enable()
    expect(await company.sweepRetention()).toBe(1)
    company.pass(DAY_MS)
    expect(await company.sweepRetention()).toBe(0)
    await company.settleAll()
    company.pass(DAY_MS)
    expect(await company.sweepRetention()).toBe(0)
    company.put('a', '2026-01-01')
    company.pass(DAY_MS)
    expect(await company.sweepRetention()).toBe(1)
    await company.settleAll()
    expect(company.ids()).toEqual([])
    company.put('a', '2026-02-01')
    company.pass(DAY_MS)
    expect(await company.sweepRetention()).toBe(1)
  })

  it('makes one pass a day, and another when it is enabled after one that only counted', async () => {
    const company = retentionCompany()
    company.put('a', '2026-01-01')
    await company.sweepRetention()
    company.put('b', '2026-01-01')
    await company.sweepRetention()
    expect((await company.ledger.ruleOf('left')).pass).toMatchObject({ due: 1 })
    await company.enable()
    expect(await company.sweepRetention()).toBe(2)
    company.put('c', '2026-01-01')
    expect(await company.sweepRetention()).toBe(0)
    company.pass(DAY_MS)
    expect(await company.sweepRetention()).toBe(1)
  })

  it.each([
    ['the number of the rule', { ...LEFT, perDay: 3 }, 10_000, 3],
    ['one in a hundred of the table', LEFT, 250, 2],
    ['one at least', LEFT, 10, 1],
  ] as const)('opens no more a day than %s', async (_what, rule, items, limit) => {
    const company = retentionCompany(rule, { items })
    for (let n = 0; n < 8; n += 1) company.put(`a${n}`, '2026-01-01')
    await company.enable()
    expect(await company.sweepRetention()).toBe(limit)
    expect((await company.ledger.ruleOf('left')).pass).toMatchObject({ isFull: true, isDone: true })
    company.pass(HOUR_MS)
    expect(await company.sweepRetention()).toBe(0)
    company.pass(DAY_MS)
    expect(await company.sweepRetention()).toBe(limit)
  })

  it('goes on where it stopped when time ran out, by the key it came to', async () => {
    const company = retentionCompany({ ...LEFT, perDay: 1000 }, { items: 1_000_000 })
    for (let n = 0; n < 250; n += 1) company.put(`a${String(n).padStart(3, '0')}`, '2026-01-01')
    await company.enable()
    let reads = 0
    const records = {
      page: (...args: Parameters<typeof company.records.page>) => {
        reads += 1
        return company.records.page(...args)
      },
    }
    const short = { records, deadline: { passed: () => true } }
    expect(await company.sweepRetention(short)).toBe(100)
    expect((await company.ledger.ruleOf('left')).pass?.place?.after).not.toContain('a099')
    expect(await company.sweepRetention(short)).toBe(100)
    expect(await company.sweepRetention(short)).toBe(50)
    expect((await company.ledger.ruleOf('left')).pass).toMatchObject({ due: 250, opened: 250, isDone: true })
    // Three pages of those who are due, one of those in the future.
    expect(reads).toBe(4)
  })

  it('opens nothing while all erasing is paused', async () => {
    const company = retentionCompany()
    company.put('a', '2026-01-01')
    await company.enable()
    await company.ledger.setPaused(true, { by: 'linh', at: company.clock() })
    expect(await company.sweepRetention()).toBe(0)
  })
})

describe('what fell due, and is not any more when its turn comes', () => {
  async function opened() {
    const company = retentionCompany()
    company.put('a', '2026-05-01')
    await company.enable()
    await company.sweepRetention()
    return company
  }

  it.each([
    ['a later date', '2026-11-20'],
    ['no date', undefined],
    ['an unreadable one', 'soon'],
  ])('is withdrawn with %s, and nothing is touched', async (_what, leftAt) => {
    const company = await opened()
    company.put('a', leftAt)
    await company.settleAll()
    expect((await company.open())[0]).toMatchObject({ state: 'withdrawn' })
    expect((await company.open())[0]?.identity).toBeUndefined()
    expect(company.ids()).toEqual(['a'])
  })

  it('is withdrawn where nothing says any more that anybody left, and the rest of the person is not touched', async () => {
    const company = await opened()
    company.world.put('Bills', { user: { S: 'a' }, no: { S: '1' }, issuedAt: { S: '2026-01-01' } })
    await company.records.erase('Accounts', [{ id: { S: 'a' } }], NO_DEADLINE)
    await company.settleAll()
    expect((await company.open())[0]).toMatchObject({ state: 'withdrawn', retention: { wasNotDue: true } })
    expect(company.world.all('Bills')).toEqual([
      { user: { S: 'a' }, no: { S: '1' }, issuedAt: { S: '2026-01-01' } },
    ])
  })

  it.each([
    ['has come back', async (company: Awaited<ReturnType<typeof opened>>) => company.put('a', '2026-11-26')],
    [
      'has a rule that was disabled',
      async ({ map, ledger }: Awaited<ReturnType<typeof opened>>) => disableRule(map, ledger, 'left'),
    ],
  ])(
    'is withdrawn where its person %s after it was planned and before anything is written',
    async (_who, change) => {
      const company = await opened()
      const [row] = await company.open()
      if (!row) throw new Error('nothing was opened')
      const slow = {
        ...company.records,
        count: (...args: Parameters<typeof company.records.count>) => {
          company.pass(SLICE_BUDGET_MS)
          return company.records.count(...args)
        },
        page: (...args: Parameters<typeof company.records.page>) => {
          company.pass(SLICE_BUDGET_MS / 3)
          return company.records.page(...args)
        },
      }
      // A few slices, until it is planned.
      for (let slices = 0; slices < 5; slices += 1) {
        if ((await company.find(row.key)).checkpoint?.phase === 'erase') break
        await answerDoorbell(
          { ...company, tables: { accounts: 'Accounts', bills: 'Bills' }, records: slow },
          row.key,
        )
      }
      expect(await company.find(row.key)).toMatchObject({ state: 'ready', checkpoint: { phase: 'erase' } })
      await change(company)
      expect(await company.settle(row.key)).toMatchObject({ state: 'withdrawn' })
      expect(company.ids()).toEqual(['a'])
    },
  )

  it('is withdrawn with the rule that is disabled, and asked for again once it is enabled', async () => {
    const company = await opened()
    await disableRule(company.map, company.ledger, 'left')
    await company.settleAll()
    expect(company.ids()).toEqual(['a'])
    await company.enable()
    company.pass(DAY_MS)
    expect(await company.sweepRetention()).toBe(1)
    await company.settleAll()
    expect(company.ids()).toEqual([])
  })

  it('is asked for more and more seldom, so that those who come after it have their turn', async () => {
    const company = retentionCompany({ ...LEFT, perDay: 1 })
    company.put('a', '2026-05-01')
    company.put('b', '2026-05-02')
    await company.enable()
    const openedOn: string[] = []
    for (let day = 0; day < 9; day += 1) {
      await company.sweepRetention()
      const { rows } = await company.ledger.openRows(10)
      for (const { key } of rows) {
        const { retention } = await company.find(key)
        openedOn.push(`${day}: ${retention?.since.slice(0, 10)}`)
        // The person is there again, in another item, whenever their turn comes.
        company.put('a', undefined)
        await company.settle(key)
        company.put('a', '2026-05-01')
      }
      company.pass(DAY_MS)
    }
    expect(openedOn).toEqual([
      '0: 2026-05-01',
      '1: 2026-05-01',
      '2: 2026-05-01',
      '3: 2026-05-02',
      '5: 2026-05-01',
    ])
    expect(company.ids()).toEqual(['a'])
  })

  it('is not asked for again where an operator has taken it back', async () => {
    const company = await opened()
    const [row] = await company.open()
    if (row) await company.ledger.save({ ...row, state: 'withdrawn', version: row.version + 1 })
    company.pass(DAY_MS)
    expect(await company.sweepRetention()).toBe(0)
  })
})

describe('the switch of a rule', () => {
  it('takes the number that was counted, and no other', async () => {
    const company = retentionCompany()
    const { map, ledger } = company
    const enable = (expect: number, name = 'left') =>
      enableRule(map, ledger, name, { expect, by: 'linh', at: company.clock() })
    company.put('a', '2026-05-01')
    await expect(enable(1)).rejects.toThrow('has not been counted yet')
    await company.sweepRetention()
    await expect(enable(2)).rejects.toThrow('1 were due by it, not 2')
    await expect(enable(1, 'gone')).rejects.toThrow('there is no such retention rule: left, letters')
    expect(await listRules(map, ledger)).toMatchObject([
      { name: 'left', is: 'reporting', pass: { due: 1 } },
      { name: 'letters', holding: 'letters', after: 'P1Y', is: 'reporting', pass: { due: 0 } },
    ])
    await enable(1)
    expect(await listRules(map, ledger)).toMatchObject([{ is: 'enabled', enabled: { by: 'linh' } }, {}])
  })

  it('takes no number of a pass that came to its limit before all were counted', async () => {
    const company = retentionCompany({ ...LEFT, perDay: 3 })
    const { map, ledger } = company
    for (let n = 0; n < 250; n += 1) company.put(`a${n}`, '2026-01-01')
    await company.enable()
    await company.sweepRetention()
    const { pass } = await ledger.ruleOf('left')
    expect(pass).toMatchObject({ due: 100, isFull: true })
    await disableRule(map, ledger, 'left')
    const enable = (expect: number) =>
      enableRule(map, ledger, 'left', { expect, by: 'linh', at: company.clock() })
    await expect(enable(100)).rejects.toThrow('has not been counted yet')
    await company.sweepRetention()
    await expect(enable(100)).rejects.toThrow('250 were due by it, not 100')
    await enable(250)
    expect(await company.sweepRetention()).toBe(0)
    company.pass(DAY_MS)
    expect(await company.sweepRetention()).toBe(3)
  })

  it('falls off with any change to the rule', async () => {
    const company = retentionCompany()
    await company.enable()
    const changed = retentionMap({ ...LEFT, after: 'P5M' })
    expect(await listRules(changed, company.ledger)).toMatchObject([{ is: 'changed' }, {}])
    expect(ruleHash({ ...LEFT, partitions: ['left'] })).toBe(ruleHash(LEFT))
  })
})
