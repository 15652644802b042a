/** What the function `view` answers: it reads, and can change nothing. */
import type { ViewConfig } from '../shared/config/function-config.ts'
import { lookUpIds } from '../shared/erasure/look-up-ids.ts'
import { preview } from '../shared/erasure/preview.ts'
import { keyUsesPage } from '../shared/ledger/key-uses-dynamodb.ts'
import { dynamoLedger } from '../shared/ledger/ledger-dynamodb.ts'
import { countOpen, countQueued, exportPage, listOpen } from '../shared/operations/listings.ts'
import { show, unansweredMail } from '../shared/operations/operations.ts'
import { type Handlers, positionOf } from '../shared/operator/protocol.ts'
import { ServiceError } from '../shared/platform/errors.ts'
import { keyring } from '../shared/platform/secrets-secretsmanager.ts'
import { type Env, readFunctionConfig, readSettings } from '../shared/platform/settings.ts'
import { pacesIn } from '../shared/records/pace.ts'
import { dynamoRecords } from '../shared/records/records-dynamodb.ts'
import { subjectHash } from '../shared/requests/code.ts'
import { listRules } from '../shared/retention/rule-switch.ts'
import { dynamoDb, PATIENT_MS, secretsManager } from './clients.ts'
import { clock, time } from './time.ts'

export function viewDeps(env: Env) {
  const { ledgerTable, tables, indexSecret } = readSettings(env, 'ledgerTable', 'tables', 'indexSecret')
  const { dataMap: map, workers, ...config } = readFunctionConfig<ViewConfig>(env)
  const index = keyring(secretsManager(), indexSecret, clock)
  const client = dynamoDb(PATIENT_MS)
  const paceOf = pacesIn(map, tables, workers)
  return {
    ...config,
    client,
    ledgerTable,
    ledger: dynamoLedger(client, ledgerTable),
    map,
    tables,
    records: dynamoRecords({ client, paceOf, random: Math.random, ...time }),
    indexKey: async () => (await index.newest()).secret,
    clock,
  }
}

type Deps = ReturnType<typeof viewDeps>

export const VIEW: Handlers<'view', Deps> = {
  show: ({ request }, { ledger, map }) => show(ledger, request, map.holdings),
  list: ({ limit, after, state, channel, app, dueBefore }, { ledger }) =>
    listOpen(ledger, {
      limit,
      filter: {
        ...(state && { state }),
        ...(channel && { channel }),
        ...(app !== undefined && { app }),
        ...(dueBefore && { dueBefore: new Date(dueBefore) }),
      },
      ...(after && { after: positionOf(after) }),
    }),
  mail: async ({ days }, { ledger, at }) => ({ mails: await unansweredMail(ledger, { days, now: at }) }),
  stats: async ({ after }, { ledger, mapHash, at }) => ({
    ...(await countOpen(ledger, at, after && positionOf(after))),
    isPaused: await ledger.isPaused(),
    complaints: await ledger.countOpenComplaints(),
    mapHash,
  }),
  export: ({ after }, { ledger }) => exportPage(ledger, after),
  'key-uses': async ({ after }, { client, ledgerTable, links }) => ({
    ...(await keyUsesPage(client, ledgerTable, after)),
    ...(links && { links }),
  }),
  plan: ({ identities, scope }, deps) => preview(deps, identities, scope),
  queued: async ({ requests }, { ledger }) => ({ queued: await countQueued(ledger, requests) }),
  retention: async (_input, { map, ledger }) => ({ rules: await listRules(map, ledger) }),
  async standing({ app: name, ids, fileOf }, { apps, ledger, ...deps }) {
    const app = appNamed(apps, name)
    if (fileOf !== undefined && fileOf !== app.appId) {
      throw new ServiceError(
        'BAD_REQUEST',
        `the file is of the app ${fileOf}, and ${name} is ${app.appId}: add --other-app if its ids are meant all the same`,
      )
    }
    return { standings: await lookUpIds({ ...deps, erasures: ledger }, app, ids) }
  },
  'find-import': async ({ digest }, { ledger, indexKey }) => ({
    ...(await ledger.findBatch(importName(await indexKey(), digest))),
  }),
}

/** A list may have one id only, whose plain hash could be guessed. */
export const importName = (index: string, digest: string): string => subjectHash(index, 'import', digest)

export function appNamed(apps: ViewConfig['apps'], name: string): ViewConfig['apps'][string] {
  const app = Object.hasOwn(apps, name) ? apps[name] : undefined
  if (app) return app
  throw new ServiceError('BAD_REQUEST', `there is no such app: use ${Object.keys(apps).join(', ')}`)
}
