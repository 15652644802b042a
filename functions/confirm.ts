/** The links in our mails: `/confirm/{token}` and `/withdraw/{token}`. Only a form with its box ticked changes anything. */
import type { Duration } from 'date-fns'
import { addHours } from 'date-fns/addHours'
import type { ConfirmConfig } from '../shared/config/function-config.ts'
import { type Tokens, tokens } from '../shared/keys/tokens.ts'
import type { Ledger } from '../shared/ledger/ledger.ts'
import { dynamoLedger } from '../shared/ledger/ledger-dynamodb.ts'
import { type Delays, delays } from '../shared/platform/delays.ts'
import { retryOnConflict } from '../shared/platform/errors.ts'
import { log } from '../shared/platform/log.ts'
import { keyring } from '../shared/platform/secrets-secretsmanager.ts'
import { duration } from '../shared/platform/time.ts'
import { requestKeyOf } from '../shared/requests/code.ts'
import { LIFECYCLE } from '../shared/requests/lifecycle.ts'
import type { DeletionRequest } from '../shared/requests/request.ts'
import { confirm, withdraw } from '../shared/requests/steps.ts'
import { hrefOf } from '../shared/status/page.ts'
import { consentPage } from '../shared/status/request-pages.ts'
import { dynamoDb, PROMPT_MS, secretsManager } from './clients.ts'
import { type HttpEvent, type HttpHandler, onlyField, readForm } from './http.ts'
import { failed, httpPages, page, readerOf, redirect, type Site } from './pages.ts'
import { clock } from './time.ts'

export interface Consents extends Site {
  readonly ledger: Pick<Ledger, 'find' | 'save' | 'finish'>
  readonly tokens: Tokens
  readonly delays: Delays
  readonly coolingOff: Duration | undefined
  readonly keepRequests: Duration
  readonly clock: () => Date
}

type Use = 'confirm' | 'withdraw'

/** A form that was open for longer is shown again. */
const NONCE_HOURS = 2

export const consents =
  (options: Consents): HttpHandler =>
  async (event) => {
    const { ledger, clock, ...site } = options
    const use: Use = event.routeKey.endsWith('/withdraw/{token}') ? 'withdraw' : 'confirm'
    const now = clock()
    const token = await options.tokens.read(use, event.pathParameters?.['token'] ?? '', now)
    const request = token && (await ledger.find(requestKeyOf(token.code)))
    // The record of a request may expire before its link.
    if (!token || !request) return failed(site, event, 'NOT_FOUND')
    const reader = readerOf(site, event)
    const toStatus = redirect(hrefOf(reader, `/status/${token.code}`))
    if (token.isExpired || !isOpenTo(use, request)) return toStatus

    const isPost = event.requestContext.http.method === 'POST'
    if (isPost && (await isAgreed(options, event, token.code, now))) {
      await (use === 'confirm' ? doConfirm : doWithdraw)(options, request, now)
      return toStatus
    }
    const nonce = await options.tokens.sign('form', token.code, addHours(now, NONCE_HOURS))
    return page(isPost ? 400 : 200, reader, consentPage(reader, { use, nonce, isMissing: isPost }))
  }

/** A request that is under way or finished needs no link any more. */
const isOpenTo = (use: Use, { state, firstDeleteAt }: DeletionRequest): boolean =>
  use === 'confirm'
    ? state === 'awaiting_confirmation'
    : LIFECYCLE[state].withdraw !== undefined && firstDeleteAt === undefined

async function isAgreed({ tokens }: Consents, event: HttpEvent, code: string, now: Date): Promise<boolean> {
  const form = readForm(event)
  const nonce = await tokens.read('form', onlyField(form, 'nonce') ?? '', now)
  return onlyField(form, 'agreed') === 'yes' && nonce?.code === code && !nonce.isExpired
}

/** Of two presses at once, one wins, and both see the same page. Tries again when the person asks once more meanwhile. */
async function doConfirm({ ledger, ...options }: Consents, request: DeletionRequest, at: Date) {
  await retryOnConflict(async (turn) => {
    const now = turn === 0 ? request : await ledger.find(request.key)
    if (!now || !isOpenTo('confirm', now)) return
    const { step, request: confirmed } = confirm(now, at, options)
    await ledger.save(confirmed, { at, by: 'person', step })
    log.info('REQUEST_CONFIRMED', { request: request.key })
  })
}

/** Tries again when the eraser moves the request on meanwhile, until the eraser has begun to delete. */
async function doWithdraw({ ledger, keepRequests }: Consents, request: DeletionRequest, at: Date) {
  await retryOnConflict(async (turn) => {
    const now = turn === 0 ? request : await ledger.find(request.key)
    if (!now || !isOpenTo('withdraw', now)) return
    await ledger.finish(withdraw(now, at, keepRequests), { at, by: 'person', step: 'withdraw' })
    log.info('REQUEST_WITHDRAWN', { request: request.key })
  })
}

export const handler = httpPages(
  ['ledgerTable', 'tokenSecret', 'pauseScale'],
  ({ ledgerTable, tokenSecret, pauseScale }, site: Site<ConfirmConfig>) => {
    const { coolingOff, keepRequests } = site.config
    return consents({
      ...site,
      ledger: dynamoLedger(dynamoDb(PROMPT_MS), ledgerTable),
      tokens: tokens(keyring(secretsManager(), tokenSecret, clock)),
      delays: delays(pauseScale, Math.random),
      coolingOff: coolingOff === 'none' ? undefined : duration(coolingOff),
      keepRequests: duration(keepRequests),
      clock,
    })
  },
)
