/** Secrets Manager on loopback: the calls that read and change secrets, as AWS documents them. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import { ACCOUNT, REGION } from './engines.ts'
import { serveOnLoopback } from './loopback.ts'

export type SecretsManager = Awaited<ReturnType<typeof startSecretsManager>>

/** @param secrets Text of each secret by its id. @param onChange Called with the new text of a secret. */
export async function startSecretsManager(
  secrets: Readonly<Record<string, string>>,
  onChange: (name: string, text: string) => void = () => {},
) {
  const versions = new Map(
    Object.entries(secrets).map(([name, text]) => [name, [newVersion(text, ['AWSCURRENT'])]]),
  )
  const current = (name: string): string | undefined => versions.get(name)?.find(has('AWSCURRENT'))?.text
  async function answer(request: IncomingMessage) {
    const action = String(request.headers['x-amz-target']).replace(/^secretsmanager\./, '')
    const call = Object.hasOwn(CALLS, action) ? CALLS[action] : undefined
    if (!call) return refusal('InvalidAction', `only ${Object.keys(CALLS).join(', ')} are supported`)
    const input = await fieldsOf(request)
    const id = textIn(input, 'SecretId')
    if (id === undefined) return refusal('InvalidParameterException', 'SecretId must be a string')
    const name = id.startsWith(ARN_PREFIX) ? id.slice(ARN_PREFIX.length) : id
    const all = versions.get(name)
    if (!all) return refusal('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
    const before = current(name)
    const answered = call(all, input)
    const after = current(name)
    if (after !== undefined && after !== before) onChange(name, after)
    return 'status' in answered
      ? answered
      : { status: 200, body: { ARN: ARN_PREFIX + name, Name: name, ...answered } }
  }

  const server = await serveOnLoopback((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(JSON.stringify(body))
    })
  })
  return { ...server, current }
}

interface Version {
  readonly id: string
  readonly text: string
  readonly stages: Set<string>
  /** In seconds. */
  readonly createdAt: number
}

type Input = Readonly<Record<string, unknown>>

const newVersion = (text: string, stages: readonly string[], id: string = randomUUID()): Version => ({
  id,
  text,
  stages: new Set(stages),
  createdAt: Date.now() / 1000,
})

const has =
  (stage: string) =>
  ({ stages }: Version): boolean =>
    stages.has(stage)

const CALLS: Readonly<Record<string, (all: Version[], input: Input) => object | ReturnType<typeof refusal>>> =
  {
    GetSecretValue(all) {
      const version = all.find(has('AWSCURRENT'))
      return version
        ? { ...told(version), SecretString: version.text, CreatedDate: version.createdAt }
        : refusal('ResourceNotFoundException', "Secrets Manager can't find the specified secret value.")
    },

    PutSecretValue(all, input) {
      const text = textIn(input, 'SecretString')
      if (text === undefined) return refusal('InvalidParameterException', 'SecretString must be a string')
      const stages = Array.isArray(input['VersionStages'])
        ? input['VersionStages'].map(String)
        : ['AWSCURRENT']
      const version = newVersion(text, [], textIn(input, 'ClientRequestToken'))
      const same = all.find(({ id }) => id === version.id)
      if (same) {
        return same.text === text
          ? told(same)
          : refusal('ResourceExistsException', 'the version of this token has another value')
      }
      all.push(version)
      for (const stage of stages) move(all, stage, version)
      return told(version)
    },

    UpdateSecretVersionStage(all, input) {
      const stage = textIn(input, 'VersionStage') ?? ''
      const to = all.find(({ id }) => id === input['MoveToVersionId'])
      if (!to)
        return refusal('ResourceNotFoundException', "Secrets Manager can't find the specified version.")
      const from = all.find(has(stage))
      if (from && from !== to && from.id !== input['RemoveFromVersionId']) {
        return refusal('InvalidParameterException', `${stage} is attached to another version`)
      }
      move(all, stage, to)
      return {}
    },
  }

function move(all: readonly Version[], stage: string, to: Version): void {
  const from = all.find(has(stage))
  if (from === to) return
  from?.stages.delete(stage)
  to.stages.add(stage)
  if (stage === 'AWSCURRENT' && from) move(all, 'AWSPREVIOUS', from)
}

const told = ({ id, stages }: Version) => ({ VersionId: id, VersionStages: [...stages] })

const ARN_PREFIX = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:`

const refusal = (type: string, message: string) => ({ status: 400, body: { __type: type, message } })

async function fieldsOf(request: IncomingMessage): Promise<Input> {
  const body: unknown = await json(request).catch(() => undefined)
  return typeof body === 'object' && body !== null ? (body as Input) : {}
}

function textIn(input: Input, name: string): string | undefined {
  const value = input[name]
  return typeof value === 'string' ? value : undefined
}
