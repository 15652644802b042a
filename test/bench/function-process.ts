/** One built function alone in a process, as on Lambda: imports it, calls it when told to, says how long that took. */
import type { HttpEvent, HttpResult } from '../../functions/http.ts'
import { metaEvent, type Sender } from './meta-event.ts'
import { stubDynamoDb } from './stub-dynamodb.ts'

export interface FunctionSetup extends Sender {
  /** File URL of the bundle. */
  readonly module: string
  /** DynamoDB answers at once, inside this process. */
  readonly stubbed: boolean
}

export interface Round {
  readonly calls: number
  readonly concurrency: number
  /** Then no further call is begun. */
  readonly atMostMs: number
}

export interface Measured {
  readonly ms: number
  readonly cpuMs: number
  /** Of every call, in ms. */
  readonly latencies: readonly number[]
  readonly lastCode: string
}

type Handler = (event: HttpEvent, context: object) => Promise<HttpResult>

const { module, stubbed, ...sender } = JSON.parse(process.argv[2] ?? '') as FunctionSetup
if (stubbed) stubDynamoDb()
const { handler } = (await import(module)) as { readonly handler: Handler }
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

async function measure({ calls, concurrency, atMostMs }: Round): Promise<Measured> {
  const events = Array.from({ length: calls }, nextEvent)
  const latencies: number[] = []
  let last: HttpResult | undefined
  const lane = async (): Promise<void> => {
    for (let event = events.pop(); event; event = events.pop()) {
      const called = performance.now()
      if (called - started > atMostMs) return
      last = await handler(event, {})
      latencies.push(performance.now() - called)
      if (last.statusCode !== 200) throw new Error(`the handler answered ${last.statusCode}: ${last.body}`)
    }
  }
  const started = performance.now()
  const cpu = process.cpuUsage()
  await Promise.all(Array.from({ length: concurrency }, lane))
  const { user, system } = process.cpuUsage(cpu)
  const ms = performance.now() - started
  const { confirmation_code: lastCode } = JSON.parse(last?.body ?? '{}') as { confirmation_code: string }
  return { ms, cpuMs: (user + system) / 1000, latencies, lastCode }
}

/** About somebody who never asked before. */
function nextEvent(): HttpEvent {
  users += 1n
  return metaEvent(sender, String(users), Math.floor(Date.now() / 1000))
}
