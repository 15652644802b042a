/** One person with ever more items: the engine's plan, erase and verify beside what else one could run. */
import type { Cleanup } from '../../../infra/local/state/cleanup.ts'
import { median, rounded } from '../statistics.ts'
import type { ContestantName, Memory, Ran, Setup } from './contestant-process.ts'
import { type Contestant, preparePerson, startContestant } from './contestants.ts'
import type { PreparedTables } from './prepared-tables.ts'

export interface OnePersonFigures {
  /** Batches in flight with which the raw loop was fastest, and items/s by how many were tried. */
  readonly bestConcurrency: number
  readonly rawLoopByConcurrency: Readonly<Record<string, number>>
  readonly races: readonly Race[]
  readonly memory: readonly MemoryFigures[]
}

export interface Race {
  readonly items: number
  readonly rounds: number
  /** Medians. */
  readonly itemsPerSecond: Readonly<Partial<Record<ContestantName, number>>>
  /** CPU of the process itself, per 1,000 items. */
  readonly cpuMs: Readonly<Partial<Record<ContestantName, number>>>
  /** Speed of the engine against each of the others: the median over the rounds. */
  readonly ratios: Readonly<Partial<Record<ContestantName, number>>>
}

export interface MemoryFigures extends Memory {
  readonly items: number
}

export interface OnePersonOptions {
  readonly tidy: Cleanup
  /** Also with a million. */
  readonly large: boolean
  readonly progress: (line: string) => void
}

interface Size {
  readonly items: number
  readonly rounds: number
}

const ALL: readonly ContestantName[] = ['engine', 'raw', 'checked', 'toolbox', 'oneByOne']
const SIZES: readonly Size[] = [
  { items: 100, rounds: 11 },
  { items: 1_000, rounds: 9 },
  { items: 10_000, rounds: 3 },
  { items: 100_000, rounds: 2 },
]
const LARGE: Size = { items: 1_000_000, rounds: 1 }
/** One delete after the other takes too long to wait for more. */
const ONE_BY_ONE_UP_TO = 10_000
const CONCURRENCIES = [1, 2, 4, 8, 16, 32]
const TRIED_WITH = 10_000
const TRIES = 2
const MEMORY_FROM = 10_000

export async function measureOnePerson(options: OnePersonOptions): Promise<OnePersonFigures> {
  const { tidy, large, progress } = options
  const rawLoopByConcurrency = await tryConcurrencies(options)
  const [[best] = []] = Object.entries(rawLoopByConcurrency).toSorted(([, a], [, b]) => b - a)
  const bestConcurrency = Number(best)
  const races: Race[] = []
  const memory: MemoryFigures[] = []
  for (const size of large ? [...SIZES, LARGE] : SIZES) {
    const { items } = size
    progress(`filling a table with ${items} items`)
    const tables = await preparePerson(items, tidy)
    races.push(await race(size, { ...options, tables, bestConcurrency }))
    if (items >= MEMORY_FROM) {
      progress(`memory with ${items} items`)
      memory.push({ items, ...(await memoryWith({ tables, items, tidy })) })
    }
    tables.remove()
  }
  return { bestConcurrency, rawLoopByConcurrency, races, memory }
}

const setupOf = (name: ContestantName, concurrency = 1): Setup => ({ name, concurrency, pace: 'unlimited' })

async function tryConcurrencies({ tidy, progress }: OnePersonOptions): Promise<Record<string, number>> {
  progress('looking for the best concurrency of the raw loop')
  const tables = await preparePerson(TRIED_WITH, tidy)
  const loop = startContestant(setupOf('raw'), { tables, items: TRIED_WITH, tidy })
  const times = new Map(CONCURRENCIES.map((concurrency) => [concurrency, [] as number[]]))
  for (let turn = 0; turn < TRIES; turn += 1) {
    for (const concurrency of inTurns(CONCURRENCIES, turn)) {
      times.get(concurrency)?.push((await loop.run({ concurrency })).ms)
    }
  }
  await loop.end()
  tables.remove()
  return Object.fromEntries(
    [...times].map(([concurrency, all]) => [concurrency, perSecond(TRIED_WITH, Math.min(...all))]),
  )
}

interface RaceOptions extends OnePersonOptions {
  readonly tables: PreparedTables
  readonly bestConcurrency: number
}

async function race({ items, rounds }: Size, options: RaceOptions): Promise<Race> {
  const { tables, tidy, bestConcurrency, progress } = options
  const names = ALL.filter((name) => name !== 'oneByOne' || items <= ONE_BY_ONE_UP_TO)
  const entered = new Map<ContestantName, Contestant>(
    names.map((name) => [name, startContestant(setupOf(name, bestConcurrency), { tables, items, tidy })]),
  )
  const runs = new Map<ContestantName, Ran[]>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    progress(`${items} items, round ${round + 1} of ${rounds}`)
    for (const name of inTurns(names, round)) {
      const ran = await entered.get(name)?.run({})
      if (ran) runs.get(name)?.push(ran)
    }
  }
  for (const contestant of entered.values()) await contestant.end()
  const ofEach = (figure: (runs: readonly Ran[]) => number) =>
    Object.fromEntries([...runs].map(([name, all]) => [name, figure(all)]))
  const ours = runs.get('engine') ?? []
  return {
    items,
    rounds,
    itemsPerSecond: ofEach((all) => perSecond(items, median(all.map(({ ms }) => ms)))),
    cpuMs: ofEach((all) => rounded((median(all.map(({ cpuMs }) => cpuMs)) / items) * 1000, 1)),
    ratios: ofEach((all) =>
      rounded(median(all.map(({ ms }, round) => ms / (ours[round]?.ms ?? Number.NaN))), 2),
    ),
  }
}

/** In a process that has done nothing else, because its memory shows what it has ever done. */
async function memoryWith(where: Parameters<typeof startContestant>[1]): Promise<Memory> {
  const engine = startContestant(setupOf('engine'), where)
  const { memory } = await engine.run({ watchMemory: true })
  await engine.end()
  if (!memory) throw new TypeError('the memory was not watched')
  return { peakRssMb: rounded(memory.peakRssMb, 0), peakHeapMb: rounded(memory.peakHeapMb, 1) }
}

/** Whoever runs last meets a warmer machine: not always the same one. */
const inTurns = <T>(all: readonly T[], turn: number): readonly T[] =>
  turn % 2 === 0 ? all : all.toReversed()

const perSecond = (items: number, ms: number): number => Math.round((items / ms) * 1000)
