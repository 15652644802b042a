/** `GET /status/{code}/receipt`, and the keys that verify it. */
import type { StatusConfig } from '../shared/config/function-config.ts'
import { receiptKeys, signReceipt } from '../shared/keys/receipt-jws.ts'
import type { Ledger } from '../shared/ledger/ledger.ts'
import { requestsIn } from '../shared/ledger/requests-dynamodb.ts'
import { keyring, type WholeKeyring } from '../shared/platform/secrets-secretsmanager.ts'
import { readFunctionConfig, readSettings } from '../shared/platform/settings.ts'
import { NOBODYS_CODE, parseCode, requestKeyOf } from '../shared/requests/code.ts'
import { receiptOf } from '../shared/requests/receipt.ts'
import { dynamoDb, PROMPT_MS, secretsManager } from './clients.ts'
import { failureJson, type HttpHandler, http, json } from './http.ts'
import { answerFailure, failed, type Site, UNINDEXED } from './pages.ts'
import { wallClock } from './time.ts'

export interface Receipts extends Site {
  readonly ledger: Pick<Ledger, 'find'>
  readonly keys: WholeKeyring
}

const KEYS_FOR_SECONDS = 3600

export const receipts =
  ({ ledger, keys, ...site }: Receipts): HttpHandler =>
  async (event) => {
    if (event.routeKey.endsWith('/jwks.json')) {
      return json(200, await receiptKeys(keys), {
        'content-type': 'application/jwk-set+json',
        'cache-control': `public, max-age=${KEYS_FOR_SECONDS}`,
      })
    }
    const code = parseCode(event.pathParameters?.['code'] ?? '')
    const request = await ledger.find(requestKeyOf(code ?? NOBODYS_CODE))
    const receipt = code && request && receiptOf(request)
    if (!receipt) return failed(site, event, 'NOT_FOUND')
    return {
      statusCode: 200,
      headers: {
        'content-type': 'application/jose',
        'content-disposition': 'attachment; filename="deletion-receipt.jws"',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        ...UNINDEXED,
      },
      body: await signReceipt({ iss: site.publicUrl, ...receipt }, keys),
    }
  }

let running: Site | undefined

export const handler = http(
  (env) => {
    const settings = readSettings(env, 'ledgerTable', 'publicUrl', 'receiptSecret')
    const site = { config: readFunctionConfig<StatusConfig>(env), publicUrl: settings.publicUrl }
    running = site
    const ledger = requestsIn(dynamoDb(PROMPT_MS), settings.ledgerTable)
    return receipts({ ledger, keys: keyring(secretsManager(), settings.receiptSecret, wallClock), ...site })
  },
  (event, error) => (running ? answerFailure(running) : failureJson)(event, error),
)
