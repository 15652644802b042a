/** One built function alone in a process, as on Lambda: imports it, calls it when told to, says how long that took. */
import type { HttpEvent, HttpResult } from '../../functions/http.ts'
import { createSignedRequest } from '../../shared/meta/signed-request.ts'
import { stubDynamoDb } from './stub-dynamodb.ts'

export interface FunctionSetup {
  readonly file: string
  readonly app: string
  readonly secret: string
  /** DynamoDB answers at once, inside this process. */
  readonly stubbed: boolean
}

export interface Round {
  readonly calls: number
  readonly concurrency: number
}

export interface Measured {
  readonly ms: number
  readonly cpuMs: number
  /** Of every call, in ms. */
  readonly latencies: readonly number[]
  readonly lastCode: string
}

type Handler = (event: HttpEvent, context: object) => Promise<HttpResult>

const { file, app, secret, stubbed } = JSON.parse(process.argv[2] ?? '') as FunctionSetup
if (stubbed) stubDynamoDb()
const { handler } = (await import(file)) as { readonly handler: Handler }
let users = 10_000_000_000_000_000n

process.on('disconnect', () => process.exit())
process.on('message', (round: Round) => {
  measure(round).then(
    (measured) => process.send?.(measured),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})

async function measure({ calls, concurrency }: Round): Promise<Measured> {
  const events = Array.from({ length: calls }, nextEvent)
  const latencies: number[] = []
  const codes: string[] = []
  const lane = async (): Promise<void> => {
    for (let event = events.pop(); event; event = events.pop()) {
      const started = performance.now()
      const result = await handler(event, {})
      latencies.push(performance.now() - started)
      codes.push(codeIn(result))
    }
  }
  const started = performance.now()
  const cpu = process.cpuUsage()
  await Promise.all(Array.from({ length: concurrency }, lane))
  const { user, system } = process.cpuUsage(cpu)
  const ms = performance.now() - started
  return { ms, cpuMs: (user + system) / 1000, latencies, lastCode: codes.at(-1) ?? '' }
}

/** A callback about somebody who never asked before, as API Gateway hands it over. */
function nextEvent(): HttpEvent {
  users += 1n
  const issuedAt = Math.floor(Date.now() / 1000)
  const signed = createSignedRequest({ user_id: String(users), issued_at: issuedAt }, secret)
  const body = Buffer.from(`signed_request=${signed}`)
  const path = `/meta/${app}/data-deletion`
  const routeKey = 'POST /meta/{app}/data-deletion'
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(body.length),
      host: 'localhost',
    },
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: 'localhost',
      domainPrefix: 'local',
      http: { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'bench' },
      requestId: 'bench',
      routeKey,
      stage: '$default',
      time: '22/Nov/2026:13:00:00 +0000',
      timeEpoch: issuedAt * 1000,
    },
    pathParameters: { app },
    body: body.toString('base64'),
    isBase64Encoded: true,
  }
}

function codeIn({ statusCode, body = '' }: HttpResult): string {
  if (statusCode !== 200) throw new Error(`the handler answered ${statusCode}: ${body}`)
  return (JSON.parse(body) as { confirmation_code: string }).confirmation_code
}
