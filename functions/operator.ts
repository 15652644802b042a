/** The operator's tool, server side: `view` can change nothing, `operate` can. Each answers one command per call. */
import { randomBytes } from 'node:crypto'
import type { LambdaFunctionURLEventWithIAMAuthorizer } from 'aws-lambda'
import { addDays } from 'date-fns/addDays'
import type { OperateConfig, ViewConfig } from '../shared/config/function-config.ts'
import { lookUpIds } from '../shared/erasure/look-up-ids.ts'
import { preview } from '../shared/erasure/preview.ts'
import { assertKept } from '../shared/erasure/request-map.ts'
import { openIdentities } from '../shared/erasure/sealed-identities.ts'
import { sealer } from '../shared/keys/seal.ts'
import { s3Journal } from '../shared/ledger/journal-s3.ts'
import { keyUsesPage } from '../shared/ledger/key-uses-dynamodb.ts'
import { dynamoLedger } from '../shared/ledger/ledger-dynamodb.ts'
import { openListRequests } from '../shared/meta/list-intake.ts'
import { answerComplaint, readComplaint } from '../shared/operations/complaints.ts'
import { extendRequest, refuseRequest, withdrawRequest } from '../shared/operations/endings.ts'
import { holdIdentity, holdRequest } from '../shared/operations/holds.ts'
import { keepForRequest } from '../shared/operations/keeps.ts'
import { countOpen, countQueued, exportPage, listOpen } from '../shared/operations/listings.ts'
import { openByOperator } from '../shared/operations/open-by-operator.ts'
import { confirm, decide, show, unansweredMail } from '../shared/operations/operations.ts'
import { pauseAll, resumeAll } from '../shared/operations/pausing.ts'
import { releaseIdentity, releaseRequest } from '../shared/operations/releases.ts'
import { type Identities, namedIdentities, subjectHashes } from '../shared/person/identities.ts'
import { delays } from '../shared/platform/delays.ts'
import { ServiceError } from '../shared/platform/errors.ts'
import { log } from '../shared/platform/log.ts'
import { keyring } from '../shared/platform/secrets-secretsmanager.ts'
import { readFunctionConfig, readSettings } from '../shared/platform/settings.ts'
import { duration } from '../shared/platform/time.ts'
import { pacesIn } from '../shared/records/pace.ts'
import { dynamoRecords } from '../shared/records/records-dynamodb.ts'
import { lookForErased } from '../shared/replay/look.ts'
import { openAgain } from '../shared/replay/open.ts'
import { endRestores, replayOf } from '../shared/replay/replay.ts'
import { learnFromJournal } from '../shared/replay/replay-journal.ts'
import { codeFrom, subjectHash } from '../shared/requests/code.ts'
import type { DeletionRequest } from '../shared/requests/request.ts'
import { disableRule, enableRule, listRules } from '../shared/retention/rule-switch.ts'
import { dynamoDb, PATIENT_MS, s3, secretsManager } from './clients.ts'
import { type HttpHandler, type HttpResult, http, json } from './http.ts'
import { type Answers, type Command, type Named, parseCommand, placeOf } from './operator-command.ts'
import { clock, time } from './time.ts'

const answering =
  (answers: Answers): HttpHandler =>
  async (event) => {
    const command = parseCommand(event.body, event.isBase64Encoded)
    const answer = Object.hasOwn(answers, command.command) ? answers[command.command] : undefined
    if (!answer) throw new ServiceError('BAD_REQUEST', 'this function does not know the command')
    const by = principalOf(event)
    log.info('OPERATOR_COMMAND', { command: command.command, by })
    // The command's name chose its answer, so the two fit together.
    return json(200, await (answer as (command: Command, by: string) => Promise<unknown>)(command, by))
  }

/** Operators are told why: unlike strangers, they may act on it. */
function answerFailure(_event: unknown, failure: ServiceError | undefined): HttpResult {
  const { failure: known, code, message } = failure ?? new ServiceError('UNEXPECTED', 'the log says more')
  return json(known.status, { error: known.word, code, message: known.status < 500 ? message : known.says })
}

function principalOf({ requestContext }: Parameters<HttpHandler>[0]): string {
  const { authorizer } =
    requestContext as unknown as LambdaFunctionURLEventWithIAMAuthorizer['requestContext']
  const principal = authorizer?.iam?.userArn
  if (!principal) throw new ServiceError('BAD_REQUEST', 'the caller has no IAM principal')
  return principal
}

export const view = http((env) => {
  const { ledgerTable, tables, indexSecret } = readSettings(env, 'ledgerTable', 'tables', 'indexSecret')
  const { dataMap: map, mapHash, workers, apps, links } = readFunctionConfig<ViewConfig>(env)
  const index = keyring(secretsManager(), indexSecret, clock)
  const indexKey = async () => (await index.newest()).secret
  const client = dynamoDb(PATIENT_MS)
  const ledger = dynamoLedger(client, ledgerTable)
  const paceOf = pacesIn(map, tables, workers)
  const records = dynamoRecords({ client, paceOf, random: Math.random, ...time })
  return answering({
    show: ({ request }) => show(ledger, request, map.holdings),
    list: ({ limit, after, state, channel, app, dueBefore }) =>
      listOpen(ledger, {
        limit,
        filter: {
          ...(state && { state }),
          ...(channel && { channel }),
          ...(app !== undefined && { app }),
          ...(dueBefore !== undefined && { dueBefore: new Date(dueBefore) }),
        },
        ...(after && { after: placeOf(after) }),
      }),
    stats: async ({ after }) => ({
      ...(await countOpen(ledger, new Date(), after && placeOf(after))),
      isPaused: await ledger.isPaused(),
      complaints: await ledger.countOpenComplaints(),
      mapHash,
    }),
    export: ({ after }) => exportPage(ledger, after),
    'key-uses': async ({ after }) => ({
      ...(await keyUsesPage(client, ledgerTable, after)),
      ...(links && { links }),
    }),
    mail: async ({ days }) => ({ mails: await unansweredMail(ledger, { days, now: new Date() }) }),
    plan: ({ identities, scope }) => preview({ map, tables, records }, identities, scope),
    async standing({ app: name, ids, fileOf }) {
      const app = appNamed(apps, name)
      if (fileOf !== undefined && fileOf !== app.appId) {
        throw new ServiceError(
          'BAD_REQUEST',
          `the file is of the app ${fileOf}, and ${name} is ${app.appId}: add --other-app if its ids are meant all the same`,
        )
      }
      return { standings: await lookUpIds({ map, tables, records, erasures: ledger, indexKey }, app, ids) }
    },
    retention: async () => ({ rules: await listRules(map, ledger) }),
    queued: async ({ requests }) => ({ queued: await countQueued(ledger, requests) }),
    'find-import': async ({ digest }) => ({
      ...(await ledger.findBatch(importName(await indexKey(), digest))),
    }),
  })
}, answerFailure)

export const operate = http((env) => {
  const { ledgerTable, tables, pauseScale, indexSecret, sealSecret, journalBucket } = readSettings(
    env,
    'ledgerTable',
    'tables',
    'pauseScale',
    'indexSecret',
    'sealSecret',
    'journalBucket',
  )
  const config = readFunctionConfig<OperateConfig>(env)
  const { dataMap: map, mapHash, keepRequests, deadlines, extensions, apps } = config
  const client = dynamoDb(PATIENT_MS)
  const ledger = dynamoLedger(client, ledgerTable)
  const vault = secretsManager()
  const index = keyring(vault, indexSecret, clock)
  const indexKey = async () => (await index.newest()).secret
  const seals = sealer(keyring(vault, sealSecret, clock))
  const hashesOf = async (identities: Identities) => subjectHashes(map, identities, await indexKey())
  const operator = {
    ledger,
    delays: delays(pauseScale, Math.random),
    clock,
    sleep: time.sleep,
    keepRequests: duration(keepRequests),
    hashesOf: async (request: DeletionRequest) =>
      hashesOf(await openIdentities({ ledger, sealer: seals }, request)),
  }
  const replaying = {
    ...operator,
    map,
    tables,
    records: dynamoRecords({
      client,
      paceOf: pacesIn(map, tables, config.workers),
      random: Math.random,
      ...time,
    }),
    journal: s3Journal(s3(PATIENT_MS), journalBucket),
    sealer: seals,
    indexKey,
  }
  const replayed = (of: { readonly table: string; readonly since: string }) =>
    replayOf({ ...config, map, tables, ledgerTable }, of, new Date())
  const named = (identities: Named) => hashesOf(namedIdentities(map, identities))
  const step =
    (name: 'approve' | 'retry') =>
    async ({ request, reason }: { readonly request: string; readonly reason?: string }, by: string) =>
      stateOf(await decide(ledger, operator.delays, request, { step: name, by, reason, at: new Date() }))
  return answering({
    approve: step('approve'),
    retry: step('retry'),
    async done({ request, holding }, by) {
      const { request: confirmed, open } = await confirm(ledger, operator.delays, request, {
        holding,
        by,
        at: new Date(),
      })
      return { ...stateOf(confirmed), open }
    },
    async open({ identities, reason }, by) {
      const identity = await seals.seal(namedIdentities(map, identities))
      const opening = { ...operator, deadlines, newCode: () => codeFrom(randomBytes(CODE_BYTES)) }
      const { code, request } = await openByOperator(opening, identity, { by, reason, at: new Date() })
      return { ...stateOf(request), code }
    },
    async keep({ request, holding, because, until }, by) {
      const at = new Date()
      assertKept(map, { holding, because, until }, at)
      return stateOf(await keepForRequest(ledger, request, { holding, because, until, by, at, mapHash }))
    },
    async 'enable-rule'({ rule, expect }, by) {
      await enableRule(map, ledger, rule, { expect, by, at: new Date() })
      return { rule, isEnabled: true }
    },
    async 'disable-rule'({ rule }) {
      await disableRule(map, ledger, rule)
      return { rule, isEnabled: false }
    },
    async 'begin-import'({ digest, app, found }, by) {
      appNamed(apps, app)
      const at = new Date()
      const name = importName(await indexKey(), digest)
      await ledger.beginBatch({ name, of: app, found, by, at, until: addDays(at, KEEP_BATCHES_DAYS) })
      return { digest }
    },
    async 'end-import'({ digest }) {
      await ledger.endBatch(importName(await indexKey(), digest))
      return { digest }
    },
    import: ({ app: name, ids }) => {
      const intake = { ledger, sealer: seals, indexKey, delays: operator.delays, deadlines }
      return openListRequests(intake, { name, app: appNamed(apps, name) }, ids, new Date())
    },
    async 'find-replay'(of) {
      const replay = replayed(of)
      return { ...replay, ...(await ledger.findBatch(replay.name)) }
    },
    'learn-erased': async ({ after, ...of }) =>
      learnFromJournal(replaying, { since: replayed(of).since, now: new Date(), after }),
    'look-again': async ({ at, isKept, after, ...of }) => {
      const replay = replayed(of)
      if (!replay.tables.includes(at))
        throw new ServiceError('BAD_REQUEST', 'the table is not of this replay')
      return lookForErased(replaying, replay, { table: at, isKept, after, now: new Date() })
    },
    async 'begin-replay'({ found, ...of }, by) {
      const at = new Date()
      const { name } = replayed(of)
      await ledger.beginBatch({ name, of: of.table, found, by, at, until: addDays(at, KEEP_BATCHES_DAYS) })
      return { name }
    },
    replay: async ({ requests: keys, ...of }, by) =>
      openAgain(replaying, replayed(of), { keys, by, now: new Date() }),
    async 'end-replay'(of) {
      const replay = replayed(of)
      await ledger.endBatch(replay.name)
      const restores = await endRestores(ledger, { tables, ledgerTable }, replay)
      return { restores: restores.length }
    },
    async pause(_command, by) {
      await pauseAll(ledger, by, new Date())
      return { isPaused: true }
    },
    resume: ({ after }, by) =>
      resumeAll(ledger, operator.delays, {
        by,
        at: new Date(),
        ...(after && { after: placeOf(after) }),
      }),
    hold: async ({ request, identities, reason }, by) =>
      identities
        ? holdIdentity(operator, await named(identities), { by, reason })
        : holdRequest(operator, request, { by, reason }),
    async release({ request, identities, reason }, by) {
      if (identities) return releaseIdentity(operator, await named(identities), { by, reason })
      const { request: released, ...more } = await releaseRequest(operator, request, { by, reason })
      return { ...stateOf(released), ...more }
    },
    refuse: async ({ request, reason }, by) =>
      stateOf(await refuseRequest(operator, request, { reason, by })),
    withdraw: async ({ request, reason }, by) =>
      stateOf(await withdrawRequest(operator, request, { reason, by })),
    async extend({ request, reason }, by) {
      const extended = await extendRequest(operator, request, { reason, by, extensions })
      return { ...stateOf(extended), dueAt: extended.dueAt }
    },
    complaint: ({ request }) => readComplaint({ ledger, sealer: seals }, request),
    async answer({ request, text }, by) {
      const answered = await answerComplaint(ledger, request, { text, by, at: new Date() })
      return { ...stateOf(answered), isMailed: answered.contact !== undefined }
    },
  })
}, answerFailure)

/** 120 bits. */
const CODE_BYTES = 15
/** A list may have one id only, whose plain hash could be guessed. */
const importName = (index: string, digest: string): string => subjectHash(index, 'import', digest)
/** Longer than Meta keeps the file. */
const KEEP_BATCHES_DAYS = 90

function appNamed(apps: ViewConfig['apps'], name: string): ViewConfig['apps'][string] {
  const app = Object.hasOwn(apps, name) ? apps[name] : undefined
  if (app) return app
  throw new ServiceError('BAD_REQUEST', `there is no such app: use ${Object.keys(apps).join(', ')}`)
}

const stateOf = ({ key, state }: DeletionRequest) => ({ key, state })
