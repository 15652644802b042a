/** Meta's data deletion callback and its deauthorize callback: `/meta/{app}/…`. */
import type { CallbackConfig } from '../shared/config/function-config.ts'
import { sealer } from '../shared/keys/seal.ts'
import { requestsIn } from '../shared/ledger/requests-dynamodb.ts'
import { type AppSecrets, appSecrets } from '../shared/meta/app-secrets.ts'
import { type DeauthorizeIntake, openDeauthorized } from '../shared/meta/deauthorize.ts'
import { type MetaIntake, openMetaRequest } from '../shared/meta/intake.ts'
import { type SignedPayload, verifySignedRequest } from '../shared/meta/signed-request.ts'
import { delays } from '../shared/platform/delays.ts'
import { ServiceError } from '../shared/platform/errors.ts'
import { log } from '../shared/platform/log.ts'
import { keyring, newestValueOf, readSecret } from '../shared/platform/secrets-secretsmanager.ts'
import { readFunctionConfig, readSettings } from '../shared/platform/settings.ts'
import { requestKeyOf } from '../shared/requests/code.ts'
import { dynamoDb, PROMPT_MS, secretsManager } from './clients.ts'
import { type HttpHandler, http, json, onlyField, plainText, readForm } from './http.ts'
import { clock } from './time.ts'

export interface MetaCallback extends Omit<MetaIntake, 'ledger'>, DeauthorizeIntake {
  readonly secrets: AppSecrets
  readonly publicUrl: string
  readonly clock: () => Date
}

const PURPOSE = {
  'data-deletion': 'This address takes data deletion requests from Meta: POST a form with signed_request.\n',
  deauthorize: 'This address takes deauthorize notices from Meta: POST a form with signed_request.\n',
} as const

export const metaCallback =
  ({ secrets, publicUrl, clock, ...intake }: MetaCallback): HttpHandler =>
  async (event) => {
    const app = event.pathParameters?.['app'] ?? ''
    if (!Object.hasOwn(intake.config.apps, app)) throw new ServiceError('NOT_FOUND', 'no such app')
    const purpose = event.routeKey.endsWith('/deauthorize') ? 'deauthorize' : 'data-deletion'
    if (event.requestContext.http.method !== 'POST') return plainText(200, PURPOSE[purpose])

    const signed = onlyField(readForm(event), 'signed_request')
    if (signed === undefined) {
      throw new ServiceError('SIGNED_REQUEST_MALFORMED', 'signed_request is absent, empty or given twice')
    }
    const payload = await verify(secrets, app, signed)
    if (purpose === 'deauthorize') {
      const opened = await openDeauthorized(intake, app, payload, clock())
      if (opened?.created) log.info('REQUEST_SCHEDULED', { request: opened.request, app })
      return json(200, {})
    }

    const { code, created } = await openMetaRequest(intake, app, payload, clock())
    log.info(created ? 'REQUEST_RECEIVED' : 'REQUEST_REPEATED', { request: requestKeyOf(code), app })
    return json(200, { url: `${publicUrl}/status/${code}`, confirmation_code: code })
  }

/** Tried again with fresh secrets when none matches: the secret may have been rotated just now. */
async function verify(secrets: AppSecrets, app: string, signed: string): Promise<SignedPayload> {
  try {
    return verifySignedRequest(signed, await secrets.of(app))
  } catch (error) {
    const forged = error instanceof ServiceError && error.code === 'SIGNED_REQUEST_FORGED'
    if (!forged || !(await secrets.refreshed(app))) throw error
    return verifySignedRequest(signed, await secrets.of(app))
  }
}

export const handler = http(async (env) => {
  const settings = readSettings(
    env,
    'ledgerTable',
    'publicUrl',
    'indexSecret',
    'sealSecret',
    'metaSecret',
    'pauseScale',
  )
  const vault = secretsManager()
  const index = keyring(vault, settings.indexSecret, clock)
  const seals = keyring(vault, settings.sealSecret, clock)
  const secrets = appSecrets({ read: () => readSecret(vault, settings.metaSecret), clock })
  // At the same time, and on the first event only.
  await Promise.all([index.newest(), seals.newest(), secrets.warm()])
  return metaCallback({
    ledger: requestsIn(dynamoDb(PROMPT_MS), settings.ledgerTable),
    sealer: sealer(seals),
    indexKey: newestValueOf(index),
    config: readFunctionConfig<CallbackConfig>(env),
    delays: delays(settings.pauseScale, Math.random),
    publicUrl: settings.publicUrl,
    secrets,
    clock,
  })
})
