/** One contestant alone in a process, with clean memory: erases whom it is told to, says what that took. */
import { setInterval } from 'node:timers/promises'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { engineClient } from '../../../infra/local/engines/engines.ts'
import type { Pace } from '../../../shared/data-map/data-map.ts'
import { type Consumed, meterWrites } from './consumed-capacity.ts'
import { USER_ID, WARM_UP } from './one-person-company.ts'

export type ContestantName = 'engine' | 'raw' | 'checked' | 'toolbox' | 'oneByOne'

export interface Setup {
  readonly name: ContestantName
  /** Of the raw loops: batches in flight. */
  readonly concurrency: number
  /** Of the engine. */
  readonly pace: Pace
}

export interface Job {
  readonly endpoint: string
  /** Of the raw loops, instead of that of the setup. */
  readonly concurrency?: number
  /** Collects garbage again and again: that costs time. */
  readonly watchMemory?: true
  readonly meterWrites?: true
}

export interface Ran {
  /** What the contestant says it has erased, if it counts. */
  readonly items: number | undefined
  readonly ms: number
  readonly cpuMs: number
  readonly memory?: Memory
  readonly consumed?: readonly Consumed[]
}

export interface Memory {
  readonly peakRssMb: number
  /** Of what was still used after a garbage collection. */
  readonly peakHeapMb: number
}

const MB = 1024 * 1024
const SAMPLE_EVERY_MS = 250
const setup = JSON.parse(process.argv[2] ?? '') as Setup

process.on('disconnect', () => process.exit())
process.on('message', (job: Job) => {
  run(job).then(
    (ran) => process.send?.(ran),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})

async function run(job: Job): Promise<Ran> {
  // The same for all: what the SDK does by itself, which keeps connections and opens up to 50.
  const client = new DynamoDBClient(engineClient(job.endpoint))
  const prepare = await CONTESTANTS[setup.name](client, { ...setup, ...job })
  await (await prepare(WARM_UP.userId))()
  const erase = await prepare(USER_ID)
  const consumed = job.meterWrites && meterWrites(client)
  const memory = job.watchMemory && watchMemory()
  const cpu = process.cpuUsage()
  const started = performance.now()
  const items = await erase()
  const ms = performance.now() - started
  const { user, system } = process.cpuUsage(cpu)
  client.destroy()
  return {
    items,
    ms,
    cpuMs: (user + system) / 1000,
    ...(memory && { memory: memory.end() }),
    ...(consumed && { consumed }),
  }
}

/** Gets ready to erase a person; what it answers with does it. */
type Contestant = (userId: string) => Promise<() => Promise<number | undefined>>

/** Only the contestant's own modules are loaded. */
const CONTESTANTS: Readonly<
  Record<ContestantName, (client: DynamoDBClient, setup: Setup) => Promise<Contestant>>
> = {
  engine: async (client, { pace }) => {
    const { wholeEngine } = await import('./whole-engine.ts')
    const engine = wholeEngine(client, pace)
    return async (userId) => {
      const key = await engine.receive(userId)
      return () => engine.work(key)
    }
  },
  raw: async (client, { concurrency }) => {
    const { rawLoop } = await import('./raw-loop.ts')
    return async (userId) => () => rawLoop(client, userId, { concurrency })
  },
  checked: async (client, { concurrency }) => {
    const { checkedRawLoop } = await import('./raw-loop.ts')
    return async (userId) => () => checkedRawLoop(client, userId, { concurrency })
  },
  toolbox: async (client) => {
    const { deletePartition } = await import('./toolbox.ts')
    return async (userId) => () => deletePartition(client, userId)
  },
  oneByOne: async (client) => {
    const { oneByOne } = await import('./one-by-one.ts')
    return async (userId) => () => oneByOne(client, userId)
  },
}

function watchMemory(): { end(): Memory } {
  const { gc } = globalThis
  if (!gc) throw new Error('memory is watched with --expose-gc')
  const ending = new AbortController()
  let peakRss = 0
  let peakHeap = 0
  const sample = (): void => {
    peakRss = Math.max(peakRss, process.memoryUsage.rss())
    gc()
    peakHeap = Math.max(peakHeap, process.memoryUsage().heapUsed)
  }
  const watch = async (): Promise<void> => {
    for await (const _ of setInterval(SAMPLE_EVERY_MS, undefined, { signal: ending.signal })) sample()
  }
  // It ends by being aborted.
  watch().catch(() => {})
  sample()
  return {
    end() {
      ending.abort()
      sample()
      return { peakRssMb: peakRss / MB, peakHeapMb: peakHeap / MB }
    },
  }
}
