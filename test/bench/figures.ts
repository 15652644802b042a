/** What a run of the bench found, and what we hold ourselves to. */
import type { CallbackFigures } from './callback.ts'
import type { ColdFigures } from './cold.ts'
import type { DoorFigures } from './doors.ts'
import type { ErasureFigures } from './erasure/erasure.ts'
import { type EraserFigures, eraserGoals } from './erasure/goals.ts'
import type { Goal } from './goal.ts'
import type { MailFigures } from './mail.ts'
import type { PageFigures } from './pages.ts'
import type { StartFigures } from './start.ts'

/** What `--only` can name. */
export const PARTS = ['callback', 'pages', 'cold', 'start', 'mail', 'doors', 'erasure'] as const
export type Part = (typeof PARTS)[number]

/** What was measured; parts that were not asked for are absent. */
export interface Measured {
  readonly callback?: CallbackFigures
  readonly pages?: PageFigures
  readonly cold?: readonly ColdFigures[]
  readonly start?: StartFigures
  /** Of one sample person, through the whole local system. */
  readonly erasure?: ErasureFigures
  readonly mail?: MailFigures
  readonly doors?: DoorFigures
  readonly eraser?: EraserFigures
}

export interface Figures extends Measured {
  readonly at: string
  readonly machine: {
    readonly cpu: string
    readonly cores: number
    readonly node: string
    /** Processes that wanted to run, over the last minute: above the number of cores, others were measured too. */
    readonly loadBefore: number
    readonly loadAfter: number
  }
  readonly goals: readonly Goal[]
}

const KB = 1024

/** What was not measured is not judged. */
export function judge({ callback, pages, cold, start, doors, eraser }: Measured): readonly Goal[] {
  const coldCallback = cold?.find(({ name }) => name === 'meta-callback')
  const coldStatus = cold?.find(({ name }) => name === 'status')
  const coldMail = cold?.find(({ name }) => name === 'email-received')
  const goals: readonly Omit<Goal, 'met'>[] = [
    ...(callback
      ? [
          { goal: 'callback, p50 / bare', measured: callback.p50Ratio, atMost: 1.35, gates: false },
          {
            goal: 'callback, own CPU a call (ms)',
            measured: callback.whole.cpuMs,
            atMost: 0.4,
            gates: false,
          },
        ]
      : []),
    ...(pages
      ? [{ goal: 'status page, p50 / bare', measured: pages.p50Ratio, atMost: 1.35, gates: false }]
      : []),
    ...(coldStatus
      ? [
          {
            goal: 'status page, bundle (KB)',
            measured: Math.ceil(coldStatus.bytes / KB),
            atMost: 420,
            gates: true,
          },
        ]
      : []),
    ...(coldCallback
      ? [
          { goal: 'callback, cold import / bare', measured: coldCallback.ratio, atMost: 1.2, gates: false },
          {
            goal: 'callback, bundle (KB)',
            measured: Math.ceil(coldCallback.bytes / KB),
            atMost: 420,
            gates: true,
          },
        ]
      : []),
    ...(coldMail
      ? [
          { goal: 'mail in, cold import / bare', measured: coldMail.ratio, atMost: 1.7, gates: false },
          {
            goal: 'mail in, bundle (KB)',
            measured: Math.ceil(coldMail.bytes / KB),
            atMost: 820,
            gates: true,
          },
        ]
      : []),
    ...(start
      ? [{ goal: 'npm start to ready (ms)', measured: start.readyMs, atMost: 2000, gates: false }]
      : []),
    ...(doors
      ? [{ goal: 'list, first page (ms)', measured: doors.list.firstPageMs, atMost: 2000, gates: false }]
      : []),
    ...(eraser ? eraserGoals(eraser) : []),
  ]
  return goals.map((goal) => ({ ...goal, met: isMet(goal) }))
}

const isMet = ({ measured, atMost, atLeast }: Omit<Goal, 'met'>): boolean =>
  (atMost === undefined || measured <= atMost) && (atLeast === undefined || measured >= atLeast)
