import { describe, expect, it } from 'vitest'
import { LANGUAGES } from '../../../shared/languages/languages.ts'
import { STATES, type State } from '../../../shared/requests/lifecycle.ts'
import type { Outcome } from '../../../shared/requests/outcome.ts'
import { REFUSAL_REASONS } from '../../../shared/requests/reasons.ts'
import type { DeletionRequest } from '../../../shared/requests/request.ts'
import { statusView } from '../../../shared/status/view.ts'
import {
  aRequest,
  CODE,
  EVERYTHING,
  LOCALES,
  NOTHING,
  statusConfig,
} from '../../fixtures/companies/status.ts'

const view = (request: DeletionRequest, locale: 'vi' | 'en' = 'en') =>
  statusView(request, { code: CODE, locale, config: statusConfig() })

const completed = (outcome: Outcome, over: Partial<DeletionRequest> = {}) =>
  view(aRequest('completed', { outcome, ...over }))

const COMPLETED = ['completed', 'completed_with_retention'] as const
const ONLY_COMPLETED = ['found', 'completedAt', 'erased', 'redacted', 'retained']

describe('statusView', () => {
  it('says all of a completed request', () => {
    const request = aRequest('completed_with_retention', { outcome: EVERYTHING })
    expect(view(request)).toEqual({
      code: '0123456789ABCDEFGHJKMNPQ',
      state: 'completed_with_retention',
      channel: 'meta',
      scope: 'account',
      found: true,
      receivedAt: '2026-11-22T13:42:00.000Z',
      updatedAt: '2026-11-22T13:43:00.000Z',
      dueAt: '2026-12-12T13:42:00.000Z',
      completedAt: '2026-11-22T13:43:00.000Z',
      erased: [{ category: 'profile', items: 1 }],
      redacted: [{ category: 'messages', items: 12 }],
      retained: [
        {
          category: 'invoices',
          items: 1234,
          because: 'Tax law obliges us to keep them.',
          until: '2036-11-22',
        },
      ],
      backupsExpireAt: '2026-12-27T13:43:00.000Z',
      explanation:
        'Acme & Sons has deleted the data listed here and has checked that it is gone. What is listed as kept stays with Acme & Sons, for the reason given there.',
    })
  })

  it.each([
    ['ready', 'in_progress'],
    ['erasing', 'in_progress'],
    ['waiting', 'in_progress'],
    ['needs_operator', 'in_progress'],
    ['needs_review', 'in_review'],
    ['on_hold', 'on_hold'],
    ['awaiting_confirmation', 'awaiting_confirmation'],
    ['scheduled', 'scheduled'],
    ['completed', 'completed'],
    ['completed_with_retention', 'completed_with_retention'],
    ['refused', 'refused'],
    ['expired', 'expired'],
    ['withdrawn', 'withdrawn'],
  ] as const)('calls %s %s', (state, word) => {
    expect(view(aRequest(state)).state).toBe(word)
  })

  it.each(LOCALES)('speaks in %s of no request to whoever has not asked', (locale) => {
    const { unasked, states } = LANGUAGES[locale].pages
    for (const state of ['scheduled', 'withdrawn'] as const) {
      const { explanation } = view(aRequest(state, { channel: 'retention' }), locale)
      expect(explanation).toBe(unasked[state].sentence(statusConfig().organization))
      expect(view(aRequest(state), locale).explanation).toBe(
        states[state].sentence(statusConfig().organization),
      )
    }
  })

  it('says why a request was refused, in every language, and where to complain', () => {
    for (const reason of REFUSAL_REASONS) {
      const request = aRequest('refused', { refusal: { reason } })
      for (const locale of LOCALES) {
        const { explanation } = view(request, locale)
        expect(explanation).toContain(LANGUAGES[locale].refusals[reason])
        expect(explanation).toMatch(/khiếu nại|complain/)
      }
    }
    const refusal = { reason: 'legal_claim' } as const
    const begun = view(aRequest('refused', { refusal, firstDeleteAt: new Date(0) }))
    expect(begun.explanation).toContain('Some data may already have been deleted or changed by then.')
  })

  it('says why a request takes longer, as long as it is open', () => {
    const extension = { reason: 'complex', from: '2026-12-12T13:42:00.000Z' } as const
    const complex = 'This request is complex, so it takes longer.'
    expect(view(aRequest('waiting', { extension })).explanation).toContain(complex)
    expect(view(aRequest('withdrawn', { extension })).explanation).not.toContain(complex)
  })

  it('has an explanation of its own for every state in every language', () => {
    const said = STATES.flatMap((state) =>
      LOCALES.map((locale) => {
        const { state: word, explanation } = view(aRequest(state), locale)
        return { word, locale, explanation }
      }),
    )
    expect(said.filter(({ explanation }) => explanation.trim().length < 40)).toEqual([])
    const nothingFound = new Set(COMPLETED)
    const distinct = Map.groupBy(
      said.filter(({ word }) => !nothingFound.has(word as 'completed')),
      ({ explanation }) => explanation,
    )
    for (const [, same] of distinct) expect(new Set(same.map(({ word }) => word)).size).toBe(1)
    expect(distinct.size).toBe(8 * LOCALES.length)
  })

  it.each(STATES.filter((state) => !COMPLETED.includes(state as 'completed')))(
    'never lists anything while %s',
    (state) => {
      const fields = Object.keys(view(aRequest(state, { outcome: EVERYTHING })))
      expect(fields.filter((field) => [...ONLY_COMPLETED, 'backupsExpireAt'].includes(field))).toEqual([])
    },
  )

  it.each(COMPLETED)('always has the three lists when %s', (state) => {
    expect(view(aRequest(state))).toMatchObject({ found: false, erased: [], redacted: [], retained: [] })
  })

  it.each(LOCALES)('never says that anything was deleted when nothing was found (%s)', (locale) => {
    for (const scope of ['account', 'platform'] as const) {
      const { explanation, ...rest } = view(aRequest('completed', { scope }), locale)
      expect(explanation).not.toMatch(/delet|eras|remov|gone|xo[áa]|xóa/i)
      expect(explanation).toContain('privacy@acme.example')
      expect(explanation).toMatch(/looked for records|đã tìm/)
      expect(JSON.stringify(Object.values(rest))).not.toMatch(/delet|eras|remov|gone/i)
    }
  })

  it.each([
    ['erased alone', { ...NOTHING, erased: EVERYTHING.erased }],
    ['redacted alone', { ...NOTHING, redacted: EVERYTHING.redacted }],
    ['retained alone', { ...NOTHING, retained: EVERYTHING.retained }],
  ])('calls %s found', (_name, outcome) => {
    expect(completed(outcome).found).toBe(true)
  })

  it('never says that anything was deleted when all of it is kept', () => {
    const { explanation } = completed({ ...NOTHING, retained: EVERYTHING.retained })
    expect(explanation).not.toMatch(/deleted|gone/)
    expect(explanation).toContain('kept')
  })

  it('never says that records were deleted when they only lost details', () => {
    const { explanation } = completed({ ...NOTHING, redacted: EVERYTHING.redacted })
    expect(explanation).not.toMatch(/deleted|gone/)
  })

  it('says that the account remains when only the platform was asked about', () => {
    const { explanation } = completed({ ...EVERYTHING, retained: [] }, { scope: 'platform' })
    expect(explanation).toBe(
      'Acme & Sons has deleted what it had received about you from Facebook or another Meta service, such as Instagram, and has checked that it is gone. Your account with Acme & Sons remains; to have it deleted too, write to privacy@acme.example.',
    )
  })

  it('never says that all from Meta is gone where some of it is kept, or only lost details', () => {
    const some = completed(EVERYTHING, { scope: 'platform' }).explanation
    expect(some).not.toContain('what it had received about you')
    expect(some).toContain('What is listed as kept')
    const redacted = completed({ ...NOTHING, redacted: EVERYTHING.redacted }, { scope: 'platform' })
    expect(redacted.explanation).not.toMatch(/has deleted|gone/)
  })

  it('says so when it is not known how long backups live', () => {
    const { explanation, ...rest } = completed({ ...NOTHING, erased: EVERYTHING.erased })
    expect(rest).not.toHaveProperty('backupsExpireAt')
    expect(explanation).toContain('Backups may hold copies')
  })

  it('says nothing of backups when nothing was found', () => {
    const { explanation, ...rest } = completed({ ...NOTHING, backupsExpireAt: '2026-12-27T13:43:00.000Z' })
    expect(rest).not.toHaveProperty('backupsExpireAt')
    expect(explanation).not.toMatch(/backup/i)
  })

  it('gives the reason in the language asked for, and a word that has left the configuration as it is', () => {
    const retained = ['tax', 'dispute', 'constructor'].map((reason) => ({
      category: 'invoices',
      items: 1,
      reason,
      ends: [{ by: 'ttl' as const }],
    }))
    const { retained: kept } = view(aRequest('completed', { outcome: { ...NOTHING, retained } }), 'vi')
    expect(kept).toEqual([
      { category: 'invoices', items: 1, because: 'Luật thuế buộc lưu giữ.' },
      { category: 'invoices', items: 1, because: 'dispute' },
      { category: 'invoices', items: 1, because: 'constructor' },
    ])
  })

  it.each(COMPLETED)('refuses a %s request without an outcome, rather than call it empty', (state: State) => {
    const { outcome: _, ...request } = aRequest(state)
    expect(() => view(request)).toThrow(/has no outcome/)
  })
})
