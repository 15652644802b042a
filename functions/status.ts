/** The pages for people: `/`, `/status/{code}`, and every address where nothing is. */
import type { StatusLiterals } from '../shared/config/literals.ts'
import { ServiceError } from '../shared/platform/errors.ts'
import { readLiterals, readSettings } from '../shared/platform/settings.ts'
import { type ConfirmationCode, parseCode, requestKeyOf } from '../shared/requests/code.ts'
import type { Ledger } from '../shared/requests/ledger.ts'
import { dynamoLedger } from '../shared/requests/ledger-dynamodb.ts'
import { failurePage } from '../shared/status/failure-page.ts'
import { homePage } from '../shared/status/home.ts'
import { hrefOf, PAGE_HEADERS, type Page, type Reader, renderPage } from '../shared/status/page.ts'
import { acceptedLocale, askedLocale, prefersJson } from '../shared/status/preferences.ts'
import { allowedMethods } from '../shared/status/routes.ts'
import { statusPage } from '../shared/status/status-page.ts'
import { statusView } from '../shared/status/view.ts'
import { dynamoDb, PROMPT_MS } from './clients.ts'
import {
  type AnswerFailure,
  failureJson,
  type HttpEvent,
  type HttpHandler,
  type HttpResult,
  http,
  json,
} from './http.ts'

export interface Site {
  readonly literals: StatusLiterals
  /** Links begin with its path; neither they nor redirects ever read the Host header. */
  readonly publicUrl: string
}

export interface StatusPages extends Site {
  readonly ledger: Pick<Ledger, 'find'>
}

export const statusPages =
  ({ ledger, ...site }: StatusPages): HttpHandler =>
  async (event) => {
    const reader = readerOf(site, event)
    switch (event.routeKey.split(' ').at(-1)) {
      case '/':
        return page(200, reader, { ...homePage(reader), indexed: true })
      case '/status':
        return redirect(toStatus(reader, event.queryStringParameters?.['code'] ?? ''))
      case '/status/{code}': {
        const typed = event.pathParameters?.['code'] ?? ''
        const code = parseCode(typed)
        if (code !== undefined && code !== typed) return redirect(toStatus(reader, code))
        return (code && (await status({ ledger, reader, code }, event))) ?? failed(site, event, 'NOT_FOUND')
      }
      default: {
        const methods = allowedMethods(site.literals.routes, event.rawPath)
        if (methods.length === 0) return failed(site, event, 'NOT_FOUND')
        return failed(site, event, 'METHOD_NOT_ALLOWED', { allow: methods.join(', ') })
      }
    }
  }

/** A failure as the reader wants it: as a page, or as JSON, which it always is under `/meta/`. */
export const answerFailure =
  (site: Site, headers: Headers = {}): AnswerFailure =>
  (event, error) => {
    if (event.rawPath.startsWith('/meta/') || prefersJson(event.headers['accept'])) {
      const answer = failureJson(event, error)
      return { ...answer, headers: { ...answer.headers, ...UNINDEXED, ...headers } }
    }
    const { status, word } = (error ?? new ServiceError('UNEXPECTED', 'unexpected')).failure
    const reader = readerOf(site, event)
    return page(status, reader, failurePage(reader, word === 'conflict' ? 'internal_error' : word), headers)
  }

let running: Site | undefined

export const handler = http(
  (env) => {
    const { ledgerTable, publicUrl } = readSettings(env, 'ledgerTable', 'publicUrl')
    running = { literals: readLiterals<StatusLiterals>(env), publicUrl }
    return statusPages({ ledger: dynamoLedger(dynamoDb(PROMPT_MS), ledgerTable), ...running })
  },
  // Without its literals a failed start knows no page.
  (event, error) => (running ? answerFailure(running) : failureJson)(event, error),
)

type Headers = Readonly<Record<string, string>>

const UNINDEXED = { 'x-robots-tag': 'noindex', 'referrer-policy': 'no-referrer' } as const

async function status(
  { ledger, reader, code }: Pick<StatusPages, 'ledger'> & { reader: Reader; code: ConfirmationCode },
  event: HttpEvent,
): Promise<HttpResult | undefined> {
  const request = await ledger.find(requestKeyOf(code))
  if (!request) return undefined
  const view = statusView(request, { code, locale: reader.locale, literals: reader.literals })
  return prefersJson(event.headers['accept'])
    ? json(200, view, { ...UNINDEXED, 'content-language': reader.locale })
    : page(200, reader, statusPage(reader, view))
}

function readerOf({ literals, publicUrl }: Site, { headers, queryStringParameters }: HttpEvent): Reader {
  const chosen = askedLocale(literals.locales, queryStringParameters?.['lang'])
  const locale = chosen ?? acceptedLocale(literals.locales, headers['accept-language'])
  return { literals, locale, chosen, base: new URL(publicUrl).pathname.replace(/\/+$/, '') }
}

/** Where the status of a code is, however it was typed; nothing typed leads home. */
function toStatus(reader: Reader, typed: string): string {
  const code = parseCode(typed) ?? encodeURIComponent(typed.trim().toWellFormed())
  return hrefOf(reader, code === '' ? '/' : `/status/${code}`)
}

const redirect = (location: string): HttpResult => ({
  statusCode: 303,
  headers: { location, 'cache-control': 'no-store', ...UNINDEXED },
})

/** A failure that is an answer like any other, and no news for the log. */
const failed = (
  site: Site,
  event: HttpEvent,
  code: 'NOT_FOUND' | 'METHOD_NOT_ALLOWED',
  headers?: Headers,
): HttpResult => answerFailure(site, headers)(event, new ServiceError(code, 'no such page'))

const page = (
  statusCode: number,
  reader: Reader,
  { indexed = false, ...content }: Page & { readonly indexed?: boolean },
  headers: Headers = {},
): HttpResult => ({
  statusCode,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-language': reader.locale,
    ...PAGE_HEADERS,
    ...(indexed ? {} : UNINDEXED),
    ...headers,
  },
  body: renderPage(reader, content),
})
