/** The operator's tool, server side: `view` can change nothing, `operate` can. Each answers one command per call. */
import type { LambdaFunctionURLEventWithIAMAuthorizer } from 'aws-lambda'
import type { Scope } from '../shared/config/data-map.ts'
import type { ViewLiterals } from '../shared/config/literals.ts'
import { pacesIn } from '../shared/erasure/pace.ts'
import { preview } from '../shared/erasure/preview.ts'
import { dynamoRecords } from '../shared/erasure/records-dynamodb.ts'
import { ServiceError } from '../shared/platform/errors.ts'
import { log } from '../shared/platform/log.ts'
import { pauses } from '../shared/platform/pauses.ts'
import { readLiterals, readSettings } from '../shared/platform/settings.ts'
import { dynamoLedger } from '../shared/requests/ledger-dynamodb.ts'
import { confirm, decide, show, unansweredMail } from '../shared/requests/operations.ts'
import { dynamoDb, PATIENT_MS } from './clients.ts'
import { type HttpHandler, type HttpResult, http, json } from './http.ts'
import { time } from './time.ts'

/** One command with its arguments, as `npm run ops` sends it. */
export type Command =
  | { readonly command: 'show'; readonly request: string }
  | {
      readonly command: 'plan'
      readonly identities: readonly (readonly [string, string])[]
      readonly scope?: Scope
    }
  | { readonly command: 'mail'; readonly days: number }
  | { readonly command: 'approve' | 'retry'; readonly request: string; readonly reason?: string }
  | { readonly command: 'done'; readonly request: string; readonly holding: string }

const MAX_REASON_LENGTH = 200

type Name = Command['command']
type Answers = {
  readonly [N in Name]?: (command: Extract<Command, { command: N }>, by: string) => Promise<unknown>
}

const answering =
  (answers: Answers): HttpHandler =>
  async (event) => {
    const command = parse(event.body, event.isBase64Encoded)
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

function parse(body = '', isBase64Encoded = false): Command {
  try {
    const value: unknown = JSON.parse(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString())
    if (isCommand(value)) return value
  } catch {
    // Said below.
  }
  throw new ServiceError('BAD_REQUEST', 'the body is not a command')
}

function isCommand(value: unknown): value is Command {
  if (typeof value !== 'object' || value === null || !('command' in value)) return false
  if (value.command === 'plan') {
    return (
      'identities' in value &&
      Array.isArray(value.identities) &&
      value.identities.every(
        (pair) => Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string'),
      ) &&
      (!('scope' in value) || value.scope === 'platform' || value.scope === 'account')
    )
  }
  if (value.command === 'mail') return 'days' in value && typeof value.days === 'number' && value.days >= 1
  return (
    typeof value.command === 'string' &&
    'request' in value &&
    typeof value.request === 'string' &&
    (value.command !== 'done' || ('holding' in value && typeof value.holding === 'string')) &&
    (!('reason' in value) || (typeof value.reason === 'string' && value.reason.length <= MAX_REASON_LENGTH))
  )
}

function principalOf({ requestContext }: Parameters<HttpHandler>[0]): string {
  const { authorizer } =
    requestContext as unknown as LambdaFunctionURLEventWithIAMAuthorizer['requestContext']
  const principal = authorizer?.iam?.userArn
  if (!principal) throw new ServiceError('BAD_REQUEST', 'the caller has no IAM principal')
  return principal
}

export const view = http((env) => {
  const { ledgerTable, tables } = readSettings(env, 'ledgerTable', 'tables')
  const { dataMap: map, workers } = readLiterals<ViewLiterals>(env)
  const client = dynamoDb(PATIENT_MS)
  const ledger = dynamoLedger(client, ledgerTable)
  const paceOf = pacesIn(map, tables, workers)
  const records = dynamoRecords({ client, paceOf, random: Math.random, ...time })
  return answering({
    show: ({ request }) => show(ledger, request, map.holdings),
    mail: async ({ days }) => ({ mails: await unansweredMail(ledger, { days, now: new Date() }) }),
    plan: ({ identities, scope }) => preview({ map, tables, records }, identities, scope),
  })
}, answerFailure)

export const operate = http((env) => {
  const { ledgerTable, pauseScale } = readSettings(env, 'ledgerTable', 'pauseScale')
  const ledger = dynamoLedger(dynamoDb(PATIENT_MS), ledgerTable)
  const waits = pauses(pauseScale, Math.random)
  const step =
    (name: 'approve' | 'retry') =>
    async ({ request, reason }: { readonly request: string; readonly reason?: string }, by: string) => {
      const { key, state } = await decide(ledger, waits, request, {
        step: name,
        by,
        reason,
        at: new Date(),
      })
      return { key, state }
    }
  return answering({
    approve: step('approve'),
    retry: step('retry'),
    async done({ request, holding }, by) {
      const { request: confirmed, open } = await confirm(ledger, waits, request, {
        holding,
        by,
        at: new Date(),
      })
      return { key: confirmed.key, state: confirmed.state, open }
    },
  })
}, answerFailure)
