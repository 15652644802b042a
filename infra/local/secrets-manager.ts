/** Secrets Manager's `GetSecretValue`, on loopback. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { ACCOUNT, REGION } from './engines.ts'

export interface SecretsManager {
  readonly endpoint: string
  close(): Promise<void>
}

/** @param secrets Text of each secret by its id. */
export async function startSecretsManager(
  secrets: Readonly<Record<string, string>>,
): Promise<SecretsManager> {
  const createdAt = Math.floor(Date.now() / 1000)
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(JSON.stringify(body))
    })
  })

  async function answer(request: IncomingMessage) {
    const target = request.headers['x-amz-target']
    const id = await secretId(request)
    if (target !== 'secretsmanager.GetSecretValue')
      return refusal('InvalidAction', 'only GetSecretValue is here')
    if (id === undefined) return refusal('InvalidParameterException', 'SecretId must be a text')
    const name = id.startsWith(ARN_PREFIX) ? id.slice(ARN_PREFIX.length) : id
    const text = Object.hasOwn(secrets, name) ? secrets[name] : undefined
    if (text === undefined) {
      return refusal('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
    }
    return {
      status: 200,
      body: {
        ARN: ARN_PREFIX + name,
        Name: name,
        SecretString: text,
        VersionId: '00000000-0000-4000-8000-000000000001',
        VersionStages: ['AWSCURRENT'],
        CreatedDate: createdAt,
      },
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const ARN_PREFIX = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:`

const refusal = (type: string, message: string) => ({ status: 400, body: { __type: type, message } })

async function secretId(request: IncomingMessage): Promise<string | undefined> {
  const body: unknown = await json(request).catch(() => undefined)
  const id = typeof body === 'object' && body !== null && 'SecretId' in body ? body.SecretId : undefined
  return typeof id === 'string' ? id : undefined
}
