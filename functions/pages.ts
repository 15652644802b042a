/** Answers of the functions with pages: in the reader's language, as a page or as JSON. */
import type { StatusConfig } from '../shared/config/function-config.ts'
import { ServiceError } from '../shared/platform/errors.ts'
import { readFunctionConfig, readSettings, type Settings } from '../shared/platform/settings.ts'
import { failurePage, type Page, pageHeaders, type Reader, renderPage } from '../shared/status/page.ts'
import { acceptedLocale, askedLocale, prefersJson } from '../shared/status/preferences.ts'
import {
  type AnswerFailure,
  failureJson,
  type HttpEvent,
  type HttpHandler,
  type HttpResult,
  http,
} from './http.ts'

export interface Site<Config = StatusConfig> {
  readonly config: Config
  /** Links begin with its path: the Host header is never read. */
  readonly publicUrl: string
}

/**
 * Makes a Lambda of a handler with pages. Failures are answered as pages too, once the function has read its config.
 *
 * @param settings The settings that it reads, besides `publicUrl`.
 */
export function httpPages<Config extends StatusConfig, Name extends keyof Settings>(
  settings: readonly Name[],
  start: (settings: Pick<Settings, Name>, site: Site<Config>) => HttpHandler,
) {
  let site: Site<Config> | undefined
  return http(
    (env) => {
      const read = readSettings<Name | 'publicUrl'>(env, 'publicUrl', ...settings)
      site = { config: readFunctionConfig<Config>(env), publicUrl: read.publicUrl }
      return start(read, site)
    },
    (event, error) => (site ? answerFailure(site) : failureJson)(event, error),
  )
}

/** A failure as the reader prefers it: as a page or as JSON; always as JSON under `/meta/`. */
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

export type Headers = Readonly<Record<string, string>>

export const UNINDEXED = { 'x-robots-tag': 'noindex', 'referrer-policy': 'no-referrer' } as const

export function readerOf({ config, publicUrl }: Site, { headers, queryStringParameters }: HttpEvent): Reader {
  const chosen = askedLocale(config.locales, queryStringParameters?.['lang'])
  const locale = chosen ?? acceptedLocale(config.locales, headers['accept-language'])
  return { config, locale, chosen, base: new URL(publicUrl).pathname.replace(/\/+$/, '') }
}

export const redirect = (location: string): HttpResult => ({
  statusCode: 303,
  headers: { location, 'cache-control': 'no-store', ...UNINDEXED },
})

/** A failure that is answered without a line in the log. */
export const failed = (
  site: Site,
  event: HttpEvent,
  code: 'NOT_FOUND' | 'METHOD_NOT_ALLOWED',
  headers?: Headers,
): HttpResult => answerFailure(site, headers)(event, new ServiceError(code, 'no such page'))

export const page = (
  statusCode: number,
  reader: Reader,
  { indexed = false, ...content }: Page & { readonly indexed?: boolean },
  headers: Headers = {},
): HttpResult => ({
  statusCode,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-language': reader.locale,
    ...pageHeaders(reader),
    ...(indexed ? {} : UNINDEXED),
    ...headers,
  },
  body: renderPage(reader, content),
})
