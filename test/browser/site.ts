/** Every page in every state, from the code that answers people, for browsers to look at. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import config from '../../deletion.config.ts'
import type { HttpResult } from '../../functions/http.ts'
import { answerFailure, page } from '../../functions/pages.ts'
import { statusPages } from '../../functions/status.ts'
import { functionConfig } from '../../infra/wiring.ts'
import type { StatusConfig } from '../../shared/config/function-config.ts'
import type { Locale } from '../../shared/data-map/data-map.ts'
import { type FailureCode, ServiceError } from '../../shared/platform/errors.ts'
import { REFUSAL_REASONS } from '../../shared/requests/reasons.ts'
import type { Complaint, DeletionRequest } from '../../shared/requests/request.ts'
import { complaintPage } from '../../shared/status/complaints.ts'
import type { Reader } from '../../shared/status/page.ts'
import { consentPage, requestedPage, unusableAddressPage } from '../../shared/status/request-pages.ts'
import { anEvent, aRequest, CODE, EVERYTHING, ledgerOf, NOTHING } from '../fixtures/companies/status.ts'

type Answers = Readonly<Record<string, (locale: Locale) => HttpResult | Promise<HttpResult>>>

const siteConfig = functionConfig('status', config)
const withoutEmail = { ...config, email: undefined } as unknown as typeof config
const plain = functionConfig('status', withoutEmail)
const branded: StatusConfig = {
  ...siteConfig,
  organization: {
    ...siteConfig.organization,
    name: 'Công ty Trách nhiệm hữu hạn Một thành viên Phần mềm Bán hàng Trực tuyến Ví Dụ',
    colour: '#f2c200',
    logo: `data:image/svg+xml;base64,${Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="64" height="32"><rect width="64" height="32" rx="6" fill="#f2c200"/></svg>').toString('base64')}`,
  },
}

const NOW = new Date('2026-11-22T14:00:00Z')
const NEXT = new Date('2026-11-23T13:42:00Z')
const expiresAt = new Date('2028-11-22T13:43:00Z')
const mapHash = 'a'.repeat(64)
const { backupsExpireAt: _unknown, ...backupsUnknown } = EVERYTHING

const show =
  (
    path: string,
    request: DeletionRequest = aRequest('ready'),
    of = siteConfig,
    now = NOW,
    more = {},
    complaints: readonly Complaint[] = [],
  ) =>
  async (lang: Locale) =>
    statusPages({
      clock: () => now,
      config: of,
      publicUrl: 'http://localhost',
      ledger: ledgerOf(request, complaints),
    })(anEvent(path, { query: { lang, ...more } }))

const status = (...[request, of, now]: [DeletionRequest, StatusConfig?, Date?]) =>
  show(`/status/${CODE}`, request, of, now)

const ANSWERS: Readonly<Record<Locale, string>> = {
  vi: 'Hoá đơn được giữ lại vì luật thuế buộc lưu mười năm.\n\nTài khoản của bạn đã được xoá hết: xem https://shop.example/chinh-sach/luu-giu-du-lieu-theo-luat-thue-va-ke-toan.',
  en: 'The invoices are kept because the tax law demands it for ten years.\n\nYour account is gone: see https://shop.example/policies/what-is-kept-by-tax-and-accounting-law-and-until-when.',
}
const AT = ['2026-11-23T02:00:00.000Z', '2026-11-25T07:30:00.000Z', '2026-12-01T10:15:00.000Z'] as const
const ANSWERED_AT = new Date('2026-12-02T03:00:00.000Z')

/** So many complaints; the last one waits, unless all are answered. */
const complained = (of: DeletionRequest, count: number, { answered = count, more = {} } = {}) => {
  const complaints = AT.slice(0, count).map((at, n) => ({
    at,
    ...(n < answered && { answeredAt: ANSWERED_AT.toISOString() }),
  }))
  return (locale: Locale) =>
    show(
      `/status/${CODE}`,
      { ...of, complaints },
      siteConfig,
      NOW,
      more,
      AT.slice(0, answered).map((at, n) => ({
        request: of.key,
        number: n + 1,
        receivedAt: new Date(at),
        text: 'sealed',
        answer: ANSWERS[locale],
        answeredAt: ANSWERED_AT,
      })),
    )(locale)
}

const complaintAgain = (options: Omit<Parameters<typeof complaintPage>[1], 'code'>) => (locale: Locale) =>
  page(400, readerOf(locale), complaintPage(readerOf(locale), { code: CODE, ...options }))

const readerOf = (locale: Locale): Reader => ({ config: siteConfig, locale, chosen: locale, base: '' })

const fails = (code: FailureCode) => (lang: Locale) =>
  answerFailure({ config: siteConfig, publicUrl: 'http://localhost' })(
    anEvent('/somewhere', { query: { lang } }),
    new ServiceError(code, 'a failure'),
  )

const consent = (options: Parameters<typeof consentPage>[1]) => (locale: Locale) =>
  page(200, readerOf(locale), consentPage(readerOf(locale), options))

const done = { expiresAt, mapHash }
const kept = aRequest('completed_with_retention', { ...done, outcome: EVERYTHING })

export const PAGES: Answers = {
  home: show('/'),
  'home without email': show('/', undefined, plain),
  'home of a long name': show('/', undefined, branded),
  'awaiting confirmation': status(aRequest('awaiting_confirmation', { nextCheckAt: NEXT })),
  scheduled: status(aRequest('scheduled', { nextCheckAt: NEXT })),
  'scheduled by a rule': status(aRequest('scheduled', { channel: 'retention', nextCheckAt: NEXT })),
  'withdrawn by a rule': status(aRequest('withdrawn', { channel: 'retention' })),
  'in progress': status(aRequest('erasing')),
  late: status(aRequest('needs_operator'), siteConfig, new Date('2026-12-24T00:00:00Z')),
  'in progress, refreshing by itself': show(`/status/${CODE}`, aRequest('erasing'), siteConfig, NOW, {
    live: '1',
  }),
  'in review': status(aRequest('needs_review')),
  'on hold': status(aRequest('on_hold')),
  'nothing found': status(aRequest('completed', { ...done, outcome: NOTHING })),
  'all erased': status(
    aRequest('completed', { ...done, outcome: { ...EVERYTHING, redacted: [], retained: [] } }),
  ),
  'only redacted': status(
    aRequest('completed', { ...done, outcome: { ...EVERYTHING, erased: [], retained: [] } }),
  ),
  'what came from Meta': status(
    aRequest('completed', { ...done, scope: 'platform', outcome: { ...backupsUnknown, retained: [] } }),
  ),
  'some kept': status(kept),
  'some kept, of a long name': status(kept, branded),
  ...Object.fromEntries(
    REFUSAL_REASONS.map((reason) => [
      `refused, ${reason}`,
      status(aRequest('refused', { expiresAt, refusal: { reason } })),
    ]),
  ),
  'refused, after it had begun': status(
    aRequest('refused', { expiresAt, firstDeleteAt: NOW, refusal: { reason: 'legal_claim' } }),
  ),
  'refused without a reason': status(aRequest('refused', { expiresAt })),
  'what came from Meta, some kept': status(
    aRequest('completed_with_retention', { ...done, scope: 'platform', outcome: EVERYTHING }),
  ),
  expired: status(aRequest('expired', { expiresAt })),
  withdrawn: status(aRequest('withdrawn', { expiresAt })),
  'complaint, received': complained(aRequest('erasing'), 1, { answered: 0 }),
  'complaint, answered': complained(aRequest('refused', { expiresAt }), 1),
  'complaint, answered and another one received': complained(kept, 2, { answered: 1 }),
  'complaint, after three': complained(aRequest('expired', { expiresAt }), 3),
  'complaint, answered, refreshing by itself': complained(aRequest('erasing'), 1, { more: { live: '1' } }),
  'complaint without a text': complaintAgain({ problem: 'empty' }),
  'complaint that is too long': complaintAgain({ problem: 'too_long', typed: 'Tại sao? '.repeat(250) }),
  confirm: consent({ use: 'confirm', nonce: 'nonce' }),
  'confirm, once more': consent({ use: 'confirm', nonce: 'nonce', isMissing: true }),
  withdraw: consent({ use: 'withdraw', nonce: 'nonce' }),
  'asked by the form': (locale) => page(200, readerOf(locale), requestedPage(readerOf(locale))),
  'asked for no address': (locale) => page(400, readerOf(locale), unusableAddressPage(readerOf(locale))),
  'not found': fails('NOT_FOUND'),
  'not allowed': fails('METHOD_NOT_ALLOWED'),
  'something missing': fails('BAD_REQUEST'),
  'too large': fails('BODY_TOO_LARGE'),
  'no form': fails('NOT_A_FORM'),
  'our failure': fails('UNEXPECTED'),
}

export interface Site {
  readonly urlOf: (name: string, locale: Locale) => string
  close(): Promise<void>
}

export async function servePages(): Promise<Site> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost')
    const answer = PAGES[decodeURIComponent(url.pathname.slice(1))]
    void Promise.resolve(answer?.(url.searchParams.get('lang') as Locale)).then((result) => {
      const { statusCode = 404, headers = {}, body = '' } = result ?? {}
      response.writeHead(statusCode, headers as Record<string, string>).end(body)
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  return {
    urlOf: (name, locale) => `http://127.0.0.1:${port}/${encodeURIComponent(name)}?lang=${locale}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}
