/** What the function `operate` answers: it decides on requests. */
import { randomBytes } from 'node:crypto'
import { addDays } from 'date-fns/addDays'
import type { OperateConfig } from '../shared/config/function-config.ts'
import { assertKept } from '../shared/erasure/request-map.ts'
import { openIdentities } from '../shared/erasure/sealed-identities.ts'
import { sealer } from '../shared/keys/seal.ts'
import { s3Journal } from '../shared/ledger/journal-s3.ts'
import { dynamoLedger } from '../shared/ledger/ledger-dynamodb.ts'
import { openListRequests } from '../shared/meta/list-intake.ts'
import { answerComplaint, readComplaint } from '../shared/operations/complaints.ts'
import { extendRequest, refuseRequest, withdrawRequest } from '../shared/operations/endings.ts'
import { holdIdentity, holdRequest } from '../shared/operations/holds.ts'
import { keepForRequest } from '../shared/operations/keeps.ts'
import { confirm, decide, openByOperator, resumeAll } from '../shared/operations/operations.ts'
import { releaseIdentity, releaseRequest } from '../shared/operations/releases.ts'
import {
  type Call,
  type Handlers,
  type Input,
  type NamedIdentities,
  positionOf,
} from '../shared/operator/protocol.ts'
import { type Identities, namedIdentities, subjectHashes } from '../shared/person/identities.ts'
import { delays } from '../shared/platform/delays.ts'
import { ServiceError } from '../shared/platform/errors.ts'
import { keyring } from '../shared/platform/secrets-secretsmanager.ts'
import { type Env, readFunctionConfig, readSettings } from '../shared/platform/settings.ts'
import { duration } from '../shared/platform/time.ts'
import { pacesIn } from '../shared/records/pace.ts'
import { dynamoRecords } from '../shared/records/records-dynamodb.ts'
import { lookForErased } from '../shared/replay/look.ts'
import { openAgain } from '../shared/replay/open.ts'
import { endRestores, replayOf } from '../shared/replay/replay.ts'
import { learnFromJournal } from '../shared/replay/replay-journal.ts'
import { codeFrom } from '../shared/requests/code.ts'
import type { DeletionRequest } from '../shared/requests/request.ts'
import { disableRule, enableRule } from '../shared/retention/rule-switch.ts'
import { dynamoDb, PATIENT_MS, s3, secretsManager } from './clients.ts'
import { appNamed, importName } from './operator-view.ts'
import { clock, time } from './time.ts'

export function operateDeps(env: Env) {
  const { ledgerTable, tables, pauseScale, indexSecret, sealSecret, journalBucket } = readSettings(
    env,
    'ledgerTable',
    'tables',
    'pauseScale',
    'indexSecret',
    'sealSecret',
    'journalBucket',
  )
  const { dataMap: map, keepRequests, workers, ...config } = readFunctionConfig<OperateConfig>(env)
  const client = dynamoDb(PATIENT_MS)
  const ledger = dynamoLedger(client, ledgerTable)
  const vault = secretsManager()
  const index = keyring(vault, indexSecret, clock)
  const indexKey = async () => (await index.newest()).secret
  const seals = sealer(keyring(vault, sealSecret, clock))
  const hashesOf = async (identities: Identities) => subjectHashes(map, identities, await indexKey())
  const paceOf = pacesIn(map, tables, workers)
  return {
    ...config,
    map,
    tables,
    ledgerTable,
    ledger,
    sealer: seals,
    indexKey,
    records: dynamoRecords({ client, paceOf, random: Math.random, ...time }),
    journal: s3Journal(s3(PATIENT_MS), journalBucket),
    delays: delays(pauseScale, Math.random),
    clock,
    sleep: time.sleep,
    keepRequests: duration(keepRequests),
    hashesOf: async (request: DeletionRequest) =>
      hashesOf(await openIdentities({ ledger, sealer: seals }, request)),
    hashesOfPeople: (identities: NamedIdentities) => hashesOf(namedIdentities(map, identities)),
    newCode: () => codeFrom(randomBytes(CODE_BYTES)),
  }
}

/** 120 bits. */
const CODE_BYTES = 15

type Deps = ReturnType<typeof operateDeps>

export const OPERATE: Handlers<'operate', Deps> = {
  approve: startAgain('approve'),
  retry: startAgain('retry'),
  withdraw: async ({ request, reason }, deps) =>
    stateOf(await withdrawRequest(deps, request, { reason, by: deps.by })),
  refuse: async ({ request, reason }, deps) =>
    stateOf(await refuseRequest(deps, request, { reason, by: deps.by })),
  async extend({ request, reason }, deps) {
    const { by, extensions } = deps
    const extended = await extendRequest(deps, request, { reason, by, extensions })
    return { ...stateOf(extended), dueAt: extended.dueAt }
  },
  async open({ identities, reason }, deps) {
    const { by, at } = deps
    const identity = await deps.sealer.seal(namedIdentities(deps.map, identities))
    const { code, request } = await openByOperator(deps, identity, { by, reason, at })
    return { ...stateOf(request), code }
  },
  hold: async (input, deps) => {
    const decided = { by: deps.by, reason: input.reason }
    return input.identities
      ? holdIdentity(deps, await deps.hashesOfPeople(input.identities), decided)
      : holdRequest(deps, input.request, decided)
  },
  async release(input, deps) {
    const decided = { by: deps.by, reason: input.reason }
    if (input.identities) return releaseIdentity(deps, await deps.hashesOfPeople(input.identities), decided)
    const { request, ...more } = await releaseRequest(deps, input.request, decided)
    return { ...stateOf(request), ...more }
  },
  async keep({ request, holding, because, until }, { map, mapHash, ledger, by, at }) {
    assertKept(map, { holding, because, until }, at)
    return stateOf(await keepForRequest(ledger, request, { holding, because, until, by, at, mapHash }))
  },
  async done({ request, holding }, { ledger, delays: wait, by, at }) {
    const { request: confirmed, open } = await confirm(ledger, wait, request, { holding, by, at })
    return { ...stateOf(confirmed), open }
  },
  complaint: ({ request }, deps) => readComplaint(deps, request),
  async answer({ request, text }, { ledger, by, at }) {
    const answered = await answerComplaint(ledger, request, { text, by, at })
    return { ...stateOf(answered), isMailed: answered.contact !== undefined }
  },
  async pause(_input, { ledger, by, at }) {
    await ledger.setPaused(true, { by, at })
    return { isPaused: true }
  },
  resume: ({ after }, { ledger, delays: wait, by, at }) =>
    resumeAll(ledger, wait, { by, at, ...(after && { after: positionOf(after) }) }),

  async 'enable-rule'({ rule, expect }, { map, ledger, by, at }) {
    await enableRule(map, ledger, rule, { expect, by, at })
    return { rule, isEnabled: true }
  },
  async 'disable-rule'({ rule }, { map, ledger }) {
    await disableRule(map, ledger, rule)
    return { rule, isEnabled: false }
  },

  async 'begin-import'({ digest, app, found }, deps) {
    appNamed(deps.apps, app)
    await beginBatch(deps, { name: importName(await deps.indexKey(), digest), of: app, found })
    return { digest }
  },
  import: ({ app: name, ids }, deps) =>
    openListRequests(deps, { name, app: appNamed(deps.apps, name) }, ids, deps.at),
  async 'end-import'({ digest }, { indexKey, ledger }) {
    await ledger.endBatch(importName(await indexKey(), digest))
    return { digest }
  },

  async 'find-replay'(of, deps) {
    const replay = replayIn(deps, of)
    return { ...replay, ...(await deps.ledger.findBatch(replay.name)) }
  },
  'learn-erased': ({ after, ...of }, deps) =>
    learnFromJournal(deps, { since: replayIn(deps, of).since, now: deps.at, after }),
  'look-again': ({ at: table, isKept, after, ...of }, deps) => {
    const replay = replayIn(deps, of)
    if (!replay.tables.includes(table))
      throw new ServiceError('BAD_REQUEST', 'the table is not of this replay')
    return lookForErased(deps, replay, { table, isKept, after, now: deps.at })
  },
  async 'begin-replay'({ found, ...of }, deps) {
    const { name } = replayIn(deps, of)
    await beginBatch(deps, { name, of: of.table, found })
    return { name }
  },
  replay: ({ requests: keys, ...of }, deps) =>
    openAgain(deps, replayIn(deps, of), { keys, by: deps.by, now: deps.at }),
  async 'end-replay'(of, deps) {
    const replay = replayIn(deps, of)
    await deps.ledger.endBatch(replay.name)
    return { restores: (await endRestores(deps.ledger, deps, replay)).length }
  },
}

/** Longer than Meta keeps the file. */
const KEEP_BATCHES_DAYS = 90

function startAgain(step: 'approve' | 'retry') {
  return async ({ request, reason }: Input<'approve'>, { ledger, delays: wait, by, at }: Deps & Call) =>
    stateOf(await decide(ledger, wait, request, { step, by, reason, at }))
}

const beginBatch = (
  { ledger, by, at }: Deps & Call,
  batch: { readonly name: string; readonly of: string; readonly found: number },
) => ledger.beginBatch({ ...batch, by, at, until: addDays(at, KEEP_BATCHES_DAYS) })

const replayIn = (deps: Deps & Call, of: Parameters<typeof replayOf>[1]) => replayOf(deps, of, deps.at)

const stateOf = ({ key, state }: DeletionRequest) => ({ key, state })
