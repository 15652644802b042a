import { describe, expect, it } from 'vitest'
import { type ListedId, openListRequests } from '../../../shared/meta/list-intake.ts'
import { delays } from '../../../shared/platform/delays.ts'
import type { RequestKey } from '../../../shared/requests/code.ts'
import { change } from '../../../shared/requests/request.ts'
import { NOW } from '../../fixtures/companies/request.ts'
import { memoryLedger } from '../../fixtures/memory/ledger-in-memory.ts'

const APP = { name: 'shop', app: { identity: 'facebookId', scope: 'platform' } } as const
const DAY = '2026-11-20'

function lists() {
  const ledger = memoryLedger()
  const intake = {
    ledger,
    sealer: { seal: async (value: unknown) => JSON.stringify(value) },
    indexKey: async () => 'index key',
    delays: delays(1, () => 0),
    deadlines: ['P1M', 'P20D'],
  }
  return {
    ledger,
    open: (ids: readonly ListedId[], app: Parameters<typeof openListRequests>[1] = APP) =>
      openListRequests(intake, app, ids, NOW),
    end: async (key: RequestKey | undefined): Promise<void> => {
      const row = key && (await ledger.find(key))
      if (row) await ledger.save(change(row, NOW, { state: 'completed' }))
    },
  }
}
const listed = (userId: string, more: Partial<ListedId> = {}): ListedId => ({
  userId,
  day: DAY,
  isFound: true,
  ...more,
})

describe('an id of a list', () => {
  it('opens a request of the app’s kind and scope, which names nobody but in its seal', async () => {
    const { ledger, open } = lists()
    const { requests, opened } = await open([listed('901'), listed('902')])
    expect(opened).toBe(2)
    const [first] = requests
    expect(first && (await ledger.find(first))).toMatchObject({
      state: 'ready',
      channel: 'list',
      app: 'shop',
      scope: 'platform',
      doubts: [],
      identity: '{"facebookId":["901"]}',
      dueAt: new Date(NOW.getTime() + 20 * 24 * 3600_000),
    })
  })

  it('opens one only, however often its list comes, whether or not it has ended', async () => {
    const { open, end } = lists()
    const first = await open([listed('901')])
    expect(await open([listed('901')])).toEqual({ requests: first.requests, opened: 0 })
    await end(first.requests[0])
    expect(await open([listed('901', { isFound: false })])).toEqual({ requests: first.requests, opened: 0 })
  })

  it('opens another where there are records again after it has ended', async () => {
    const { open, end } = lists()
    const first = await open([listed('901')])
    await end(first.requests[0])
    const second = await open([listed('901')])
    expect(second.opened).toBe(1)
    expect(second.requests).not.toEqual(first.requests)
  })

  it('opens another for another list, and for another app', async () => {
    const { open } = lists()
    await open([listed('901')])
    expect((await open([listed('901', { day: '2026-12-11' })])).opened).toBe(1)
    expect((await open([listed('901')], { ...APP, name: 'other' })).opened).toBe(1)
  })
})
