/** What we hold ourselves to. Only the bytes decide the exit code: times depend on the machine and its other work. */
import type { Figures } from './bench.ts'

export interface Goal {
  readonly goal: string
  readonly measured: number
  readonly atMost: number
  readonly met: boolean
  /** Missing it makes the command fail. */
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
