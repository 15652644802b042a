/** `POST /request`: the form that asks for a deletion by email. The answer is the same for every address. */
import type { RequestFormConfig } from '../shared/config/function-config.ts'
import { type EmailIntake, openEmailRequest } from '../shared/email/intake.ts'
import { sealer } from '../shared/keys/seal.ts'
import type { Ledger } from '../shared/ledger/ledger.ts'
import { dynamoLedger } from '../shared/ledger/ledger-dynamodb.ts'
import { addressIn } from '../shared/platform/email-address.ts'
import { ServiceError } from '../shared/platform/errors.ts'
import { log } from '../shared/platform/log.ts'
import { keyring, newestValueOf } from '../shared/platform/secrets-secretsmanager.ts'
import { later } from '../shared/platform/time.ts'
import { requestedPage, unusableAddressPage } from '../shared/status/request-pages.ts'
import { dynamoDb, PROMPT_MS, secretsManager } from './clients.ts'
import { type HttpHandler, onlyField, readForm } from './http.ts'
import { httpPages, page, readerOf, type Site } from './pages.ts'
import { clock } from './time.ts'

export interface RequestForm extends Site {
  readonly intake: Omit<EmailIntake, 'ledger'>
  readonly ledger: EmailIntake['ledger'] & Pick<Ledger, 'takeTurn'>
  readonly clock: () => Date
}

/** Of all visitors together: more do not come from people at a form. */
const TURNS_A_MINUTE = 60
const MINUTE_MS = 60_000

export const requestForm =
  ({ intake, ledger, clock, ...site }: RequestForm): HttpHandler =>
  async (event) => {
    const reader = readerOf(site, event)
    const typed = onlyField(readForm(event), 'email') ?? ''
    const address = addressIn(typed)
    if (address === undefined) return page(400, reader, unusableAddressPage(reader))
    const now = clock()
    const turns = { limit: TURNS_A_MINUTE, at: now, until: later(now, MINUTE_MS) }
    if (!(await ledger.takeTurn('request-form', turns))) {
      throw new ServiceError('TOO_MANY_REQUESTS', 'the form is sent too often')
    }
    const asking = { channel: 'web', address, typed, locales: [reader.locale] } as const
    const { is, request } = await openEmailRequest({ ...intake, ledger }, asking, now)
    log.info(is === 'opened' ? 'REQUEST_RECEIVED' : 'REQUEST_REPEATED', { request, is })
    return page(200, reader, requestedPage(reader))
  }

export const handler = httpPages(
  ['ledgerTable', 'indexSecret', 'sealSecret', 'pauseScale'],
  ({ ledgerTable, indexSecret, sealSecret }, site: Site<RequestFormConfig>) => {
    const vault = secretsManager()
    return requestForm({
      ...site,
      ledger: dynamoLedger(dynamoDb(PROMPT_MS), ledgerTable),
      intake: {
        sealer: sealer(keyring(vault, sealSecret, clock)),
        indexKey: newestValueOf(keyring(vault, indexSecret, clock)),
        config: site.config.email,
      },
      clock,
    })
  },
)
