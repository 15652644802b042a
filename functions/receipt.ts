/** `GET /status/{code}/receipt`, and the keys that verify it. */
import { receiptKeys, signReceipt } from '../shared/keys/receipt-jws.ts'
import type { Ledger } from '../shared/ledger/ledger.ts'
import { requestsIn } from '../shared/ledger/requests-dynamodb.ts'
import { keyring, type WholeKeyring } from '../shared/platform/secrets-secretsmanager.ts'
import { NOBODYS_CODE, parseCode, requestKeyOf } from '../shared/requests/code.ts'
import { receiptOf } from '../shared/requests/receipt.ts'
import { dynamoDb, PROMPT_MS, secretsManager } from './clients.ts'
import { type HttpHandler, json } from './http.ts'
import { failed, httpPages, type Site, UNINDEXED } from './pages.ts'
import { clock } from './time.ts'

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

export const handler = httpPages(['ledgerTable', 'receiptSecret'], ({ ledgerTable, receiptSecret }, site) =>
  receipts({
    ...site,
    ledger: requestsIn(dynamoDb(PROMPT_MS), ledgerTable),
    keys: keyring(secretsManager(), receiptSecret, clock),
  }),
)
