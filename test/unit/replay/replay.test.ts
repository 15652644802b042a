import { describe, expect, it } from 'vitest'
import { endRestores, replayOf } from '../../../shared/replay/replay.ts'
import { type RestoreEvent, restoreIn } from '../../../shared/replay/restored.ts'
import { personRows, SMALL_MAP } from '../../fixtures/companies/small-company.ts'
import { memoryJournal } from '../../fixtures/memory/journal-in-memory.ts'
import { memoryLedger } from '../../fixtures/memory/ledger-in-memory.ts'
import { inMemory } from '../../fixtures/world/in-memory.ts'

const rules = {
  map: SMALL_MAP,
  tables: { app: 'App', lines: 'Lines', chat: 'Chat', bills: 'Bills' },
  ledgerTable: 'Requests',
  timeZone: 'Asia/Ho_Chi_Minh',
  journalDays: 35,
}
const NOW = new Date('2026-11-20T00:00:00Z')
const of = (table: string, since = '2026-11-19') => replayOf(rules, { table, since }, NOW)

describe('what is replayed', () => {
  it('is a table by its key or its name, or with the ledger every one', () => {
    expect([of('bills').tables, of('Bills').tables]).toEqual([['bills'], ['bills']])
    expect([of('ledger').tables, of('Requests').tables]).toEqual([
      Object.keys(rules.tables),
      Object.keys(rules.tables),
    ])
    expect(() => of('Counters')).toThrow(
      expect.objectContaining({
        code: 'BAD_REQUEST',
        message: expect.stringContaining('use app, lines, chat, bills, ledger'),
      }),
    )
    expect(of('Bills').name).toBe('bills@2026-11-18T17:00:00.000Z')
    expect(of('Requests').name).toBe('ledger@2026-11-18T17:00:00.000Z')
  })

  it('begins with a day of the organization, or a time that says its zone', () => {
    expect(of('app').since).toEqual(new Date('2026-11-18T17:00:00Z'))
    expect(of('app', '2026-11-19T08:00:00+07:00').since).toEqual(new Date('2026-11-19T01:00:00Z'))
    const written = (since: string) => of('app', since).since.toISOString()
    expect(written('2026-11-19T08:00Z')).toBe('2026-11-19T08:00:00.000Z')
    expect(written('2026-11-19T08:00:00.125Z')).toBe('2026-11-19T08:00:00.125Z')
    expect(written(NOW.toISOString())).toBe(NOW.toISOString())
    expect(written('2026-10-16T00:00:00Z')).toBe('2026-10-16T00:00:00.000Z')
    for (const wrong of [
      '2026-11-19T08:00:00',
      'yesterday',
      '2026-13-01',
      ' 2026-11-19',
      '+2026-11-19T08:00:00Z',
      '2026-11-19T08:00:00Z (UTC)',
    ]) {
      expect(() => of('app', wrong)).toThrow('a time with its zone')
    }
    expect(() => of('app', '2026-11-21')).toThrow('in the future')
    expect(() => of('app', '2026-10-01')).toThrow('known for 35 days')
  })
})

describe('a restore', () => {
  const event = {
    id: 'e1',
    time: '2026-11-19T12:00:00Z',
    detail: {
      requestParameters: { sourceTableName: 'App', targetTableName: 'App-2' },
      responseElements: { tableDescription: { restoreSummary: { restoreDateTime: '2026-11-19T08:00:00Z' } } },
    },
  }

  it('is noted of a table that is mapped, also by an ARN or a backup’s, and of no other', () => {
    expect(restoreIn(event, ['App'])).toEqual({
      id: 'e1',
      source: 'App',
      target: 'App-2',
      at: new Date('2026-11-19T12:00:00Z'),
      to: new Date('2026-11-19T08:00:00Z'),
    })
    const backupArn = 'arn:aws:dynamodb:eu-west-1:1:table/Bills/backup/01489602797149-73d8d5bc'
    const detail = { requestParameters: { backupArn, targetTableName: 'x' } }
    expect(restoreIn({ ...event, detail }, ['Bills'])).toMatchObject({ source: 'Bills' })
    expect(restoreIn(event, ['Chat'])).toBeUndefined()
  })

  it('is read wherever CloudTrail says it, and not where it does not', () => {
    const arn = 'arn:aws:dynamodb:eu-west-1:1:table/Bills'
    type Detail = NonNullable<RestoreEvent['detail']>
    const restoredTo = (
      requestParameters: Detail['requestParameters'],
      responseElements?: Detail['responseElements'],
    ) => {
      const detail = {
        ...(requestParameters && { requestParameters }),
        ...(responseElements !== undefined && { responseElements }),
      }
      return restoreIn({ ...event, detail }, ['Bills'])
    }
    const at = new Date(event.time)
    expect(restoredTo({ sourceTableArn: arn })).toEqual({ id: 'e1', at, source: 'Bills' })
    expect(restoredTo({ targetTableName: 'Bills' }, null)).toEqual({ id: 'e1', at, target: 'Bills' })
    const summary = { sourceTableArn: arn, restoreDateTime: 'Nov 19, 2026, 8:00:00 AM UTC' }
    const to = new Date('2026-11-19T08:00:00Z')
    expect(restoredTo({}, { tableDescription: { restoreSummary: summary } })).toMatchObject({
      source: 'Bills',
      to,
    })
    expect(restoredTo({ sourceTableArn: arn, restoreDateTime: '2026-11-19T08:00:00Z' })).toMatchObject({ to })
    expect(restoredTo({ sourceTableArn: arn, restoreDateTime: 'soon' })).not.toHaveProperty('to')
    expect(restoredTo({ sourceTableName: 7, sourceTableArn: 'Bills' }, {})).toBeUndefined()
    expect(restoredTo({}, { tableDescription: {} })).toBeUndefined()
    expect(restoredTo(undefined)).toBeUndefined()
    expect(restoreIn({ id: 'e1', time: event.time }, ['Bills'])).toBeUndefined()
  })

  it('is made good by a replay of its table, from no later state', async () => {
    const ledger = memoryLedger()
    await ledger.noteRestore({ id: 'e1', source: 'App', at: NOW, to: new Date('2026-11-19T00:00:00Z') })
    await ledger.noteRestore({ id: 'e2', target: 'Requests', at: NOW })
    for (const replay of [of('bills'), of('app', '2026-11-19T00:00:01Z')]) {
      expect(await endRestores(ledger, rules, replay)).toEqual([])
    }
    expect(await endRestores(ledger, rules, of('app', '2026-11-19T00:00:00Z'))).toHaveLength(1)
    expect((await ledger.restores()).map(({ id }) => id)).toEqual(['e2'])
    expect(await endRestores(ledger, rules, of('ledger'))).toHaveLength(1)
    expect(await ledger.restores()).toEqual([])
  })
})

describe('before the first delete', () => {
  const company = (journal: ReturnType<typeof memoryJournal>) => {
    const world = inMemory()
    const worker = world.open(SMALL_MAP, { journal })
    world.putRows(personRows('u1', '77'))
    return { worker, items: () => world.snapshot(Object.values(rules.tables)) }
  }

  it('the journal knows of everybody whom the request is about, once', async () => {
    const journal = memoryJournal()
    const { worker } = company(journal)
    const key = await worker.receive({ facebookId: ['77'] })
    await worker.settle(key)
    expect(journal.entries).toEqual([
      expect.objectContaining({ key, channel: 'meta', app: 'shop', scope: 'account' }),
    ])
    expect(journal.entries[0]?.hashes).toHaveLength(3)
    expect(JSON.stringify(journal.entries)).not.toMatch(/u1|77"/)
  })

  it('nothing is touched as long as the journal cannot be written', async () => {
    const journal = {
      ...memoryJournal(),
      write: async () => {
        throw new Error('no bucket')
      },
    }
    const { worker, items } = company(journal)
    const before = items()
    const stopped = await worker.settle(await worker.receive({ facebookId: ['77'] }))
    expect(stopped).toMatchObject({ state: 'needs_operator', problem: { reason: 'no_progress' } })
    expect(stopped.firstDeleteAt).toBeUndefined()
    expect(items()).toEqual(before)
  })
})
