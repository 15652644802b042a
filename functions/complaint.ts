/** `POST /status/{code}/complaint`: a complaint about a request, from a person who has its code. */
import { sealer } from '../shared/keys/seal.ts'
import { requestsIn } from '../shared/ledger/requests-dynamodb.ts'
import { type Complaining, complain, textOf } from '../shared/operations/complaints.ts'
import { ServiceError } from '../shared/platform/errors.ts'
import { log } from '../shared/platform/log.ts'
import { keyring } from '../shared/platform/secrets-secretsmanager.ts'
import { NOBODYS_CODE, parseCode, requestKeyOf } from '../shared/requests/code.ts'
import { COMPLAINT_SECTION, complaintPage } from '../shared/status/complaints.ts'
import { hrefOf } from '../shared/status/page.ts'
import { prefersJson } from '../shared/status/preferences.ts'
import { dynamoDb, PROMPT_MS, secretsManager } from './clients.ts'
import { type HttpHandler, onlyField, readForm } from './http.ts'
import { failed, httpPages, page, readerOf, redirect, type Site } from './pages.ts'
import { clock } from './time.ts'

/** Enough for the longest complaint in any alphabet, as a form encodes it. */
const MOST_KIB = 32

export const complaints =
  ({ ledger, sealer, clock, ...site }: Complaining & Site): HttpHandler =>
  async (event) => {
    const typed = onlyField(readForm(event, MOST_KIB), 'text') ?? ''
    const code = parseCode(event.pathParameters?.['code'] ?? '')
    const request = await ledger.find(requestKeyOf(code ?? NOBODYS_CODE))
    if (!code || !request) return failed(site, event, 'NOT_FOUND')
    const reader = readerOf(site, event)
    const complaint = textOf(typed)
    if (complaint.problem) {
      if (prefersJson(event.headers['accept'])) {
        throw new ServiceError('BAD_REQUEST', 'the text is no complaint')
      }
      return page(400, reader, complaintPage(reader, { code, problem: complaint.problem, typed }))
    }
    if (await complain({ ledger, sealer, clock }, request, complaint.text)) {
      log.warn('COMPLAINT_RECEIVED', { request: request.key })
    }
    // Where it is not accepted, as one too many or sent twice, the page says so.
    return redirect(`${hrefOf(reader, `/status/${code}`)}#${COMPLAINT_SECTION}`)
  }

export const handler = httpPages(['ledgerTable', 'sealSecret'], ({ ledgerTable, sealSecret }, site) =>
  complaints({
    ...site,
    ledger: requestsIn(dynamoDb(PROMPT_MS), ledgerTable),
    sealer: sealer(keyring(secretsManager(), sealSecret, clock)),
    clock,
  }),
)
