/** What a run of the bench found, and what we hold ourselves to. */
import type { CallbackFigures } from './callback.ts'
import type { ColdFigures } from './cold.ts'
import type { ErasureFigures } from './erasure.ts'
import type { StartFigures } from './start.ts'

export interface Figures {
  readonly at: string
  readonly machine: {
    readonly cpu: string
    readonly cores: number
    readonly node: string
    /** Processes that wanted to run, over the last minute: above the number of cores, others were measured too. */
    readonly loadBefore: number
    readonly loadAfter: number
  }
  readonly callback: CallbackFigures
  readonly cold: readonly ColdFigures[]
  readonly start: StartFigures
  readonly erasure: ErasureFigures
  readonly goals: readonly Goal[]
}

export interface Goal {
  readonly goal: string
  readonly measured: number
  readonly atMost: number
  readonly met: boolean
  /** Missing it makes the command fail. Bytes only: times depend on the machine and its other work. */
  readonly gates: boolean
}

const KB = 1024

export function judge({
  callback,
  cold,
  start,
}: Pick<Figures, 'callback' | 'cold' | 'start'>): readonly Goal[] {
  const coldCallback = cold.find(({ name }) => name === 'meta-callback')
  const goals: readonly Omit<Goal, 'met'>[] = [
    { goal: 'callback, p50 / bare', measured: callback.p50Ratio, atMost: 1.35, gates: false },
    { goal: 'callback, own CPU a call (ms)', measured: callback.whole.cpuMs, atMost: 0.4, gates: false },
    {
      goal: 'callback, cold import / bare',
      measured: coldCallback?.ratio ?? Number.NaN,
      atMost: 1.2,
      gates: false,
    },
    {
      goal: 'callback, bundle (KB)',
      measured: Math.ceil((coldCallback?.bytes ?? Number.NaN) / KB),
      atMost: 420,
      gates: true,
    },
    { goal: 'npm start to ready (ms)', measured: start.readyMs, atMost: 2000, gates: false },
  ]
  return goals.map((goal) => ({ ...goal, met: goal.measured <= goal.atMost }))
}
