/** The pages for people: `/`, `/status/{code}`, and the failure page of every unknown address. */
import type { Ledger } from '../shared/ledger/ledger.ts'
import { complaintsIn, requestsIn } from '../shared/ledger/requests-dynamodb.ts'
import { answeredComplaints } from '../shared/operations/complaints.ts'
import { type ConfirmationCode, NOBODYS_CODE, parseCode, requestKeyOf } from '../shared/requests/code.ts'
import { statusDetails } from '../shared/status/details.ts'
import { homePage } from '../shared/status/home.ts'
import { hrefOf, type Reader } from '../shared/status/page.ts'
import { prefersJson } from '../shared/status/preferences.ts'
import { REFRESH_SECONDS, statusPage } from '../shared/status/status-page.ts'
import { statusView } from '../shared/status/view.ts'
import { dynamoDb, PROMPT_MS } from './clients.ts'
import { type HttpEvent, type HttpHandler, type HttpResult, json } from './http.ts'
import { failed, httpPages, page, readerOf, redirect, type Site, UNINDEXED } from './pages.ts'
import { clock } from './time.ts'

export interface StatusPages extends Site {
  readonly ledger: Pick<Ledger, 'find' | 'complaint'>
  readonly clock: () => Date
}

export const statusPages =
  ({ ledger, clock, ...site }: StatusPages): HttpHandler =>
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
        return (await status({ ledger, clock }, { event, reader, code })) ?? failed(site, event, 'NOT_FOUND')
      }
      default: {
        const methods = allowedMethods(site.config.routes, event.rawPath)
        if (methods.length === 0) return failed(site, event, 'NOT_FOUND')
        return failed(site, event, 'METHOD_NOT_ALLOWED', { allow: methods.join(', ') })
      }
    }
  }

export const handler = httpPages(['ledgerTable'], ({ ledgerTable }, site) => {
  const client = dynamoDb(PROMPT_MS)
  return statusPages({
    ...site,
    ledger: { ...requestsIn(client, ledgerTable), ...complaintsIn(client, ledgerTable) },
    clock,
  })
})

async function status(
  { ledger, clock }: Omit<StatusPages, keyof Site>,
  { event, reader, code }: { event: HttpEvent; reader: Reader; code: ConfirmationCode | undefined },
): Promise<HttpResult | undefined> {
  // A text that is no code is looked up as well, so that the time of the answer tells nothing about a guess.
  const request = await ledger.find(requestKeyOf(code ?? NOBODYS_CODE))
  if (!code || !request) return undefined
  const view = statusView(request, { code, locale: reader.locale, config: reader.config })
  if (prefersJson(event.headers['accept'])) {
    return json(200, view, { ...UNINDEXED, 'content-language': reader.locale })
  }
  const details = statusDetails(request, {
    recipients: reader.config.recipients,
    now: clock(),
    isLive: event.queryStringParameters?.['live'] === '1',
    answered: await answeredComplaints(ledger, request),
  })
  // A header, not an element of the page: only readers who asked for it get it.
  const headers = details.isLive ? { refresh: String(REFRESH_SECONDS) } : {}
  return page(200, reader, statusPage(reader, view, details), headers)
}

/** The address of a code's status, however the code was typed; without a code, that of the home page. */
function toStatus(reader: Reader, typed: string): string {
  const code = parseCode(typed) ?? encodeURIComponent(typed.trim().toWellFormed())
  return hrefOf(reader, code === '' ? '/' : `/status/${code}`)
}

/** The methods of a path; none when the path is unknown. @param routes In API Gateway's notation. */
export function allowedMethods(routes: readonly string[], path: string): readonly string[] {
  return routes
    .map((route) => route.split(' '))
    .flatMap(([method = '', pattern]) => (pattern !== undefined && matches(pattern, path) ? [method] : []))
    .toSorted()
}

function matches(pattern: string, path: string): boolean {
  const segments = pattern.split('/')
  const parts = path.split('/')
  return (
    segments.length === parts.length &&
    segments.every((segment, at) => (segment.startsWith('{') ? parts[at] !== '' : segment === parts[at]))
  )
}
