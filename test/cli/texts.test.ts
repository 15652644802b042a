import { describe, expect, it } from 'vitest'
import { describePreview } from '../../infra/cli/commands/plan.ts'
import { describeRequest } from '../../infra/cli/commands/show.ts'
import { opsCommand } from '../../infra/cli/system/system.ts'
import type { Preview } from '../../shared/erasure/preview.ts'
import type { ShownRequest } from '../../shared/operations/operations.ts'
import type { OnWire } from '../../shared/operator/answers.ts'

const KEY = '5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592'
const TELLING = {
  now: new Date('2026-11-22T08:00:00.000Z'),
  ops: opsCommand({ local: true }),
}

const aPreview = (parts: Partial<Preview> = {}): Preview => ({
  scope: 'account',
  identities: { email: 1, userId: 1 },
  holdings: [
    { holding: 'orders', table: 'Shop', action: 'erase', category: 'orders', items: 7 },
    { holding: 'chat', table: 'Chat', action: 'redact', category: 'messages', items: 4 },
    {
      holding: 'bills',
      table: 'Bills',
      action: 'retain',
      category: 'invoices',
      items: 2,
      until: '2036-01-15T01:00:00.000Z',
    },
  ],
  unusable: {},
  ...parts,
})

const aRequest = (parts: Partial<OnWire<ShownRequest>> = {}): OnWire<ShownRequest> => ({
  key: KEY as OnWire<ShownRequest>['key'], // a literal of its form
  state: 'ready',
  version: 1,
  channel: 'meta',
  app: 'shop',
  scope: 'account',
  receivedAt: '2026-11-21T08:00:00.000Z',
  updatedAt: '2026-11-21T08:00:01.000Z',
  dueAt: '2026-12-11T08:00:00.000Z',
  doubts: [],
  attempts: 0,
  wakeups: 0,
  history: [{ at: '2026-11-21T08:00:00.000Z', step: 'received', by: 'meta' }],
  ...parts,
})

/** A row of a table, its columns' padding aside. */
const rowsOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('│'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('│')
        .map((cell) => cell.trim())
        .join(' | '),
    )

describe('an open complaint', () => {
  const complaint = { receivedAt: '2026-11-22T07:00:00.000Z', text: 'Why?' }

  it('is shown with what it says and how to answer', () => {
    expect(describeRequest({ ...aRequest(), complaint }, TELLING)).toContain(
      'Complaint of 2026-11-22T07:00:00Z\n  Why?\n    answer it: npm run ops -- answer 5d41402abc4b --local',
    )
  })

  it('does not hide the rest when it cannot be read', () => {
    const text = describeRequest({ ...aRequest(), complaint: { unread: 'not permitted' } }, TELLING)
    expect(text).toMatch(/; and answer the complaint$/)
    expect(text).toContain('Its text cannot be read: not permitted')
    expect(text).toContain('History')
  })
})

describe('describePreview', () => {
  it('shows each holding with what would be done there', () => {
    const text = describePreview(aPreview(), ['email'])
    expect(rowsOf(text).slice(1)).toEqual([
      'erase | orders | Shop | orders | 7 | ',
      'redact | chat | Chat | messages | 4 | ',
      'retain | bills | Bills | invoices | 2 | 2036-01-15',
    ])
    expect(text).toContain('13 items: erase 7, redact 4, retain 2 (scope account)')
    expect(text).toContain('Nothing was touched')
  })

  it('says plainly that nothing was found', () => {
    const text = describePreview(aPreview({ holdings: [] }), ['email', 'facebookId'])
    expect(text).toMatch(/^Nothing was found under email, facebookId \(scope account\)/)
    expect(rowsOf(text)).toEqual([])
  })

  it('says why such a request would wait for an approval, and only then', () => {
    expect(describePreview(aPreview({ review: 'second_person' }), ['email'])).toMatch(
      /two people.*would wait for an approval/,
    )
    expect(describePreview(aPreview(), ['email'])).not.toContain('approval')
  })

  it('names what only a request asks, and then never promises that nothing would be found', () => {
    const text = describePreview(aPreview({ holdings: [], unasked: ['files', 'paper'] }), ['email'])
    expect(text).toMatch(/^Nothing was found under email \(scope account\): in the tables\.$/m)
    expect(text).toContain('Not asked here: files, paper.')
    expect(describePreview(aPreview(), ['email'])).not.toContain('Not asked')
  })

  it('points at values that are no key', () => {
    expect(describePreview(aPreview({ unusable: { profile: 3 } }), ['email'])).toContain(
      'Unusable values in profile (3)',
    )
    expect(describePreview(aPreview(), ['email'])).not.toContain('Unusable')
  })
})

describe('describeRequest', () => {
  it('explains residue by place, literal and count, and what to do', () => {
    const text = describeRequest(
      aRequest({
        state: 'needs_operator',
        problem: {
          reason: 'residue',
          residue: [
            { table: 'Shop', holding: 'orders', items: 2, why: 'not_done' },
            { table: 'Shop', sortKey: 'GIFT#', items: 1, why: 'unclaimed' },
          ],
        },
      }),
      TELLING,
    )
    expect(text).toContain('Problem residue\n  something is left after the last delete')
    expect(rowsOf(text)).toEqual([
      'table | holding | sort key | items | why',
      'Shop | orders |  | 2 | not_done',
      'Shop |  | GIFT#… | 1 | unclaimed',
    ])
    expect(text).toContain('unclaimed: in the person')
    expect(text).toMatch(/^Next .*ops -- retry 5d41402abc4b --local$/m)
  })

  it('lists what is to be done by hand, with the command that confirms each', () => {
    const text = describeRequest(
      aRequest({
        state: 'needs_operator',
        problem: { reason: 'manual', tasks: ['paper', 'tapes'] },
        tasks: [
          { holding: 'paper', text: { vi: 'Hủy hợp đồng.', en: 'Shred the contract.' } },
          { holding: 'tapes' },
        ],
      }),
      TELLING,
    )
    expect(text).toContain(
      [
        'To be done by hand',
        '  paper: Shred the contract.',
        '    done? npm run ops -- done 5d41402abc4b paper --local',
        '  tapes: the data map no longer says what to do',
        '    done? npm run ops -- done 5d41402abc4b tapes --local',
      ].join('\n'),
    )
    expect(text).toMatch(/^Next +do the tasks above by hand/m)
    expect(text).not.toContain('retry')
  })

  it('names a function that failed, where there is no table', () => {
    const residue = [{ holding: 'files', items: 0, why: 'function_failed' }] as const
    const text = describeRequest(
      aRequest({ state: 'needs_operator', problem: { reason: 'residue', residue } }),
      TELLING,
    )
    expect(rowsOf(text)[1]).toBe(' | files |  | 0 | function_failed')
    expect(text).toContain('function_failed: the function could not tell')
  })

  it('explains a doubt once: as the problem if it is the problem', () => {
    const doubtful = { doubts: ['login_shaped', 'undated'] } as const
    const text = describeRequest(
      aRequest({ ...doubtful, state: 'needs_review', problem: { reason: 'login_shaped' } }),
      TELLING,
    )
    expect(text.match(/login cookies/g)).toHaveLength(1)
    expect(text).toMatch(/^Doubt .*no time of issue$/m)
    expect(text).toMatch(/^Next .*ops -- approve 5d41402abc4b --local$/m)
  })

  it('explains every reason that an approval would let go', () => {
    const reasons = ['review_when', 'login_shaped', 'too_big'] as const
    const text = describeRequest(
      aRequest({
        doubts: ['login_shaped'],
        state: 'needs_review',
        problem: { reason: 'login_shaped', reasons },
        approval: { mapHash: 'h', reasons: ['review_when'], persons: 1 },
      }),
      TELLING,
    )
    expect(text).toContain(
      [
        'Problem review_when, login_shaped, too_big',
        '  items were found that the data map protects until a review (reviewWhen).',
        '  the signed payload has fields that only login cookies have: it may not be a deletion request at all.',
        '  more items were found than the data map allows without a review (review.above).',
      ].join('\n'),
    )
    expect(text).not.toMatch(/^Doubt/m)
    expect(text).toMatch(/^Approved +review_when$/m)
  })

  it.each([
    ['2026-12-11T08:00:00.000Z', 'ready', /^Due +2026-12-11T08:00:00Z, in 19 days$/m],
    ['2026-11-19T08:00:00.000Z', 'ready', /^Due +2026-11-19T08:00:00Z, overdue: 3 days ago$/m],
    ['2026-11-19T08:00:00.000Z', 'completed', /^Due +2026-11-19T08:00:00Z, missed$/m],
    ['2026-11-21T08:00:00.000Z', 'completed', /^Due +2026-11-21T08:00:00Z$/m],
  ] as const)('says of a day that is %s what it means when %s', (dueAt, state, line) => {
    const ended = state === 'completed' ? { endedAt: '2026-11-20T08:00:00.000Z' } : {}
    expect(describeRequest(aRequest({ dueAt, state, ...ended }), TELLING)).toMatch(line)
  })

  it('lists what was done, and the history with who and why', () => {
    const text = describeRequest(
      aRequest({
        state: 'completed_with_retention',
        endedAt: '2026-11-21T08:00:01.000Z',
        outcome: {
          erased: [{ category: 'orders', items: 7 }],
          redacted: [],
          retained: [
            {
              category: 'invoices',
              items: 2,
              reason: 'tax',
              until: '2036-01-15T01:00:00.000Z',
              ends: [{ by: 'ttl' }],
            },
          ],
        },
        history: [
          { at: '2026-11-21T08:00:00.000Z', step: 'received', by: 'meta' },
          { at: '2026-11-21T08:00:01.000Z', step: 'approve', by: 'linh', reason: 'ticket 4711' },
        ],
      }),
      TELLING,
    )
    expect(rowsOf(text).slice(1)).toEqual([
      'erased | orders | 7 |  |  | ',
      'retained | invoices | 2 | tax | 2036-01-15 | TTL',
    ])
    expect(text).toContain(
      '  2026-11-21T08:00:00Z  received  by meta\n  2026-11-21T08:00:01Z  approve  by linh: ticket 4711',
    )
  })

  it('tells that nothing was found from that something was erased', () => {
    const outcome = { erased: [], redacted: [], retained: [] }
    expect(describeRequest(aRequest({ state: 'completed', outcome }), TELLING)).toContain(
      'Nothing was found.',
    )
  })
})
