/** What is kept for a time and ends by a retention rule of its holding's own. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { checkConfig } from '../../../shared/config/validate.ts'
import { answerDoorbell } from '../../../shared/erasure/worker.ts'
import type { Item } from '../../../shared/records/records.ts'
import { subjectHash } from '../../../shared/requests/code.ts'
import { LEFT, retentionCompany, retentionMap } from '../../fixtures/companies/retention-company.ts'
import { memoryJournal } from '../../fixtures/memory/journal-in-memory.ts'
import { INDEX_KEY } from '../../fixtures/world/company.ts'

beforeEach(() => {
  for (const stream of ['log', 'info', 'error'] as const) vi.spyOn(console, stream).mockReturnValue()
})
afterEach(() => void vi.restoreAllMocks())

const DAY_MS = 24 * 3600_000

const letter = (user: string, no: string, sentAt: string, more: Item = {}): Item => ({
  user: { S: user },
  no: { S: no },
  kind: { S: 'letter' },
  sentAt: { S: sentAt },
  ...more,
})

const RETAIN = {
  because: 'trade',
  until: { from: 'sentAt', format: 'iso', for: 'P1Y' },
  ends: { by: 'retention', index: 'bySent', partitions: ['letter'], names: { userId: 'user' }, perDay: 1000 },
} as const

/** On the 27th of November 2026 a letter of the 27th of November 2025 is over. */
function withLetters(...letters: readonly Item[]) {
  const journal = memoryJournal()
  const company = retentionCompany(LEFT, { worker: { journal } })
  for (const one of letters) company.world.put('Letters', one)
  return {
    ...company,
    journaled: journal.entries,
    numbers: () => company.world.all('Letters').map(({ no }) => no?.S),
  }
}

describe('what is kept for a year', () => {
  it('stays when its person is erased, and goes the day after its end, alone', async () => {
    const company = withLetters(
      letter('a', '1', '2025-11-27T13:00:00Z'),
      letter('a', '2', '2026-03-01T00:00:00Z'),
      letter('b', '3', '2025-11-27T13:00:00Z'),
    )
    company.put('a', '2026-01-01')
    company.put('b', undefined)
    await company.enable()
    await company.enable('letters')
    expect(await company.sweepRetention()).toBe(1)
    await company.settleAll()
    const [erasure] = await company.open()
    expect(erasure).toMatchObject({
      state: 'completed_with_retention',
      outcome: {
        erased: [{ category: 'account', items: 1 }],
        retained: [
          {
            category: 'letters',
            items: 2,
            reason: 'trade',
            until: '2027-03-01T00:00:00.000Z',
            ends: [{ by: 'retention' }],
          },
        ],
      },
    })
    expect(company.numbers()).toEqual(['1', '2', '3'])

    company.pass(DAY_MS)
    expect(await company.sweepRetention()).toBe(2)
    await company.settleAll()
    expect(company.numbers()).toEqual(['2'])
    expect(company.ids()).toEqual(['b'])
    const ended = (await company.open()).filter(({ retention }) => retention?.rule === 'letters')
    expect(ended.map(({ state, outcome }) => [state, outcome?.erased, outcome?.retained])).toEqual([
      ['completed', [{ category: 'letters', items: 1 }], []],
      ['completed', [{ category: 'letters', items: 1 }], []],
    ])
    expect(await company.sweepRetention()).toBe(0)
  })

  it('only counts until it is enabled', async () => {
    const company = withLetters(letter('a', '1', '2020-01-01'))
    expect(await company.sweepRetention()).toBe(0)
    expect((await company.ledger.ruleOf('letters')).pass).toMatchObject({ due: 1, opened: 0 })
    expect(company.numbers()).toEqual(['1'])
  })

  it('is not erased where its date has changed since it was found, before the write itself, too', async () => {
    const company = withLetters(letter('a', '1', '2020-01-01'), letter('a', '2', '2020-01-02'))
    await company.enable('letters')
    await company.sweepRetention()
    company.world.put('Letters', letter('a', '1', '2026-11-01'))
    const eraseIf: typeof company.records.eraseIf = (table, key, conditions) => {
      company.world.put('Letters', letter('a', '2', '2026-11-02'))
      return company.records.eraseIf(table, key, conditions)
    }
    for (const { key } of (await company.ledger.openRows(10)).rows)
      await answerDoorbell({ ...company, tables: {}, records: { ...company.records, eraseIf } }, key)
    await company.settleAll()
    expect(company.numbers()).toEqual(['1', '2'])
  })

  it('is held with its person', async () => {
    const company = withLetters(letter('a', '1', '2020-01-01'))
    await company.ledger.hold([subjectHash(INDEX_KEY, 'userId', 'a')], 'identity', company.clock())
    await company.enable('letters')
    await company.sweepRetention()
    await company.settleAll()
    expect(company.numbers()).toEqual(['1'])
    expect(await company.open()).toMatchObject([{ state: 'on_hold' }])
  })

  it('makes nobody somebody who has been erased', async () => {
    const company = withLetters(letter('a', '1', '2020-01-01'))
    company.put('a', undefined)
    await company.enable('letters')
    await company.sweepRetention()
    await company.settleAll()
    const hash = subjectHash(INDEX_KEY, 'userId', 'a')
    expect((await company.ledger.erasersOf([hash])).size).toBe(0)
    expect(company.journaled).toEqual([])
    expect(company.numbers()).toEqual([])
  })

  it.each([
    ['ends otherwise', { ends: { by: 'owner', owner: 'law@example.com' } }],
    ['is kept for longer', { until: { from: 'sentAt', format: 'iso', for: 'P10Y' } }],
  ] as const)('is never a person, not even where it %s by a map of the midst of it', async (_how, change) => {
    const company = withLetters(letter('a', '1', '2020-01-01'), letter('a', '2', '2020-01-02'))
    company.put('a', undefined)
    company.world.put('Bills', { user: { S: 'a' }, no: { S: '1' }, issuedAt: { S: '2026-01-01' } })
    await company.enable('letters')
    await company.sweepRetention()
    const [row] = await company.open()
    if (!row) throw new Error('nothing was opened')
    const dying = { ...company.records, eraseIf: () => Promise.reject(new Error('killed')) }
    while (!(await company.find(row.key)).firstDeleteAt) {
      await answerDoorbell({ ...company, records: dying }, row.key)
    }
    const before = JSON.stringify(['Accounts', 'Bills'].map((table) => company.world.all(table)))

    const changed = retentionMap(LEFT)
    const { letters } = changed.holdings
    if (!letters || !('table' in letters)) throw new TypeError('letters are in a table')
    const holdings = {
      ...changed.holdings,
      letters: { ...letters, action: { retain: { ...RETAIN, ...change } } },
    }
    await company.world.open({ ...changed, holdings }).settle(row.key)
    expect(JSON.stringify(['Accounts', 'Bills'].map((table) => company.world.all(table)))).toBe(before)
    expect(company.ids()).toEqual(['a'])
    expect(company.numbers()).toEqual(['1', '2'])
    expect((await company.find(row.key)).state).toBe('completed')
  })

  it('is let go of by a rule that is disabled meanwhile', async () => {
    const company = withLetters(letter('a', '1', '2020-01-01'))
    await company.enable('letters')
    await company.sweepRetention()
    await company.ledger.enableRule('letters', undefined)
    await company.settleAll()
    expect(company.numbers()).toEqual(['1'])
    expect(await company.open()).toMatchObject([{ state: 'withdrawn' }])
  })
})

describe('a rule that ends what is kept', () => {
  const { holdings, ...map } = retentionMap(LEFT)
  const { letters } = holdings
  if (!letters || !('table' in letters) || letters.action === 'erase' || !('retain' in letters.action))
    throw new TypeError('letters are kept')
  const { retain } = letters.action
  const found = (change: object, more: object = {}) => {
    const changed = { ...letters, action: { retain: { ...retain, ...change } } }
    const dataMap = { ...map, holdings: { ...holdings, letters: changed, ...more } }
    return checkConfig({ apps: {}, dataMap }).findings.filter(({ place }) => place.includes('letters'))
  }

  it('is fine as it is', () => expect(found({})).toEqual([]))

  it.each([
    ['an index that is none', { ends: { ...retain.ends, index: 'bySend' } }, 'ends.index'],
    ['another date than the index has', { until: { ...retain.until, from: 'writtenAt' } }, 'until.from'],
    ['another format', { until: { ...retain.until, format: 'epochSeconds' } }, 'until.format'],
    ['nobody', { ends: { ...retain.ends, names: {} } }, 'ends.names'],
    [
      'whose it is not being kept',
      { keep: ['sentAt'], ends: { ...retain.ends, names: { userId: 'writer' } } },
      'ends.names.userId',
    ],
  ])('is refused with %s', (_what, change, place) => {
    expect(found(change).map((finding) => finding.place)).toEqual([
      `dataMap.holdings.letters.action.retain.${place}`,
    ])
  })

  it('is refused where others are worked per its holding', () => {
    const lines = { ...holdings['bills'], per: 'letters' }
    expect(found({}, { bills: lines })).toMatchObject([
      {
        place: 'dataMap.holdings.letters.action.retain.ends',
        problem: expect.stringContaining('"bills" is worked per'),
      },
    ])
  })

  it('is refused where another rule has its name', () => {
    const dataMap = { ...map, holdings, retention: { letters: LEFT } }
    expect(
      checkConfig({ apps: {}, dataMap })
        .findings.map(({ problem }) => problem)
        .join(),
    ).toContain("the rule that ends it has the holding's name")
  })
})
