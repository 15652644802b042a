/** The whole warm handler of Meta's callback beside a bare one: the same engine, in turns, so that noise hits both. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Cleanup } from '../../infra/local/state/cleanup.ts'
import { assertSameItem } from './erasure/same-item.ts'
import type { FunctionSetup, Measured, Round } from './function-process.ts'
import type { Stage, Staged } from './stage.ts'
import { median, quantile, rounded } from './statistics.ts'

export interface HandlerFigures {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly perSecond: number
  /** With DynamoDB answered at once inside the process. */
  readonly cpuMs: number
}

export interface CallbackFigures {
  readonly whole: HandlerFigures
  readonly bare: HandlerFigures
  /** Median over the pairs of rounds, and where the middle half of them lies: how noisy the machine was. */
  readonly p50Ratio: number
  readonly p50RatioQuartiles: readonly [number, number]
  /** CPU of the whole handler above the bare one's. */
  readonly aboveBareCpuMs: number
}

const WARM_UP = { rounds: 1, calls: 2000, concurrency: 4, atMostMs: 5000 } as const
// Many short rounds: what else the machine does is then the same for both of a pair.
const LATENCY = { rounds: 80, calls: 40, concurrency: 1, atMostMs: 200 } as const
const THROUGHPUT = { rounds: 16, calls: 400, concurrency: 16, atMostMs: 500 } as const
const CPU = { rounds: 40, calls: 200, concurrency: 1, atMostMs: 400 } as const

export async function measureCallback(stage: Stage, tidy: Cleanup): Promise<CallbackFigures> {
  const live = both(stage, { stubbed: false }, tidy)
  const warm = await live.inTurns(WARM_UP)
  await assertSameItem(stage.client, lastCode(warm.whole), lastCode(warm.bare))
  const latency = await live.inTurns(LATENCY)
  const throughput = await live.inTurns(THROUGHPUT)
  live.end()

  const stubbed = both(stage, { stubbed: true }, tidy)
  await stubbed.inTurns(WARM_UP)
  const cpu = await stubbed.inTurns(CPU)
  stubbed.end()

  const figures = (side: Side): HandlerFigures => ({
    p50Ms: rounded(quantile(latenciesOf(latency[side]), 0.5)),
    p99Ms: rounded(quantile(latenciesOf(latency[side]), 0.99)),
    perSecond: Math.round(
      median(throughput[side].map(({ ms, latencies }) => (latencies.length / ms) * 1000)),
    ),
    cpuMs: rounded(median(cpu[side].map(({ cpuMs, latencies }) => cpuMs / latencies.length))),
  })
  const whole = figures('whole')
  const bare = figures('bare')
  const ratios = latency.whole.map(
    (round, at) => median(round.latencies) / median(latency.bare[at]?.latencies ?? []),
  )
  return {
    whole,
    bare,
    p50Ratio: rounded(median(ratios), 2),
    p50RatioQuartiles: [rounded(quantile(ratios, 0.25), 2), rounded(quantile(ratios, 0.75), 2)],
    aboveBareCpuMs: rounded(whole.cpuMs - bare.cpuMs),
  }
}

type Side = 'whole' | 'bare'
type Rounds = Readonly<Record<Side, readonly Measured[]>>

const lastCode = (rounds: readonly Measured[]): string => rounds.at(-1)?.lastCode ?? ''

const latenciesOf = (rounds: readonly Measured[]): readonly number[] =>
  rounds.flatMap(({ latencies }) => latencies)

function both(
  { callback, bare, ...stage }: Stage,
  { stubbed }: { readonly stubbed: boolean },
  tidy: Cleanup,
) {
  const whole = startFunction(callback, stubbed, tidy)
  const least = startFunction(bare, stubbed, tidy)
  return {
    async inTurns({ rounds, ...round }: Round & { readonly rounds: number }): Promise<Rounds> {
      const measured: Record<Side, Measured[]> = { whole: [], bare: [] }
      for (let turn = 0; turn < rounds; turn += 1) {
        // The engine's writes slow down with the length of a table's stream.
        await stage.emptyLedger()
        const pair = [['whole', whole] as const, ['bare', least] as const]
        for (const [side, child] of turn % 2 === 0 ? pair : pair.toReversed()) {
          measured[side].push(await run(child, round))
        }
      }
      return measured
    },
    end() {
      for (const child of [whole, least]) child.kill()
    },
  }
}

function startFunction({ file, env, app, secret }: Staged, stubbed: boolean, tidy: Cleanup): ChildProcess {
  const setup: FunctionSetup = { module: pathToFileURL(file).href, app, secret, stubbed }
  const program = fileURLToPath(new URL('function-process.ts', import.meta.url))
  // Its log lines go where they cost what they cost on Lambda and nobody waits for a reader.
  const child = fork(program, [JSON.stringify(setup)], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  tidy.add(() => child.kill())
  return child
}

function run(child: ChildProcess, round: Round): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const ended = (code: unknown): void => reject(new Error(`the function's process ended: ${String(code)}`))
    child.once('exit', ended)
    child.once('message', (measured: Measured) => {
      child.off('exit', ended)
      resolve(measured)
    })
    child.send(round)
  })
}
