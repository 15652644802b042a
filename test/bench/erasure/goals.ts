/** What we hold the eraser to. Timings: they never make the command fail. */
import type { Goal } from '../goal.ts'
import { rounded } from '../statistics.ts'
import type { ManyPeopleFigures } from './many-people.ts'
import type { OnePersonFigures } from './one-person.ts'
import type { PaceFigures } from './pace.ts'

/** The eraser alone and the whole system around it. */
export interface EraserFigures {
  readonly onePerson: OnePersonFigures
  readonly pace: PaceFigures
  readonly manyPeople: ManyPeopleFigures
}

type OpenGoal = Omit<Goal, 'met'>

const AGAINST = [
  { name: 'raw', says: '(a)', atLeast: 0.7 },
  { name: 'checked', says: '(b)', atLeast: 0.9 },
  // Above 1: the next figure there is.
  { name: 'toolbox', says: '(c)', atLeast: 1.01 },
  { name: 'oneByOne', says: '(d)', atLeast: 4 },
] as const
/** Below, the few calls of any request count; above is for `--large`. */
const JUDGED = { from: 1_000, to: 100_000 }

export const eraserGoals = ({ onePerson, pace }: EraserFigures): readonly OpenGoal[] => [
  ...onePerson.races
    .filter(({ items }) => items >= JUDGED.from && items <= JUDGED.to)
    .flatMap(({ items, ratios }) =>
      AGAINST.flatMap(({ name, says, atLeast }) => {
        const measured = ratios[name]
        if (measured === undefined) return []
        return [{ goal: `erasing ${items} items, speed / ${says}`, measured, atLeast, gates: false }]
      }),
    ),
  ...onePerson.memory.slice(1).map(({ items, peakHeapMb }, at): OpenGoal => {
    const before = onePerson.memory[at]
    return {
      goal: `memory after gc, ${items} items / ${before?.items}`,
      measured: rounded(peakHeapMb / (before?.peakHeapMb ?? Number.NaN), 2),
      atMost: 1.2,
      gates: false,
    }
  }),
  {
    goal: `write units/s in 10 s, the limit being ${pace.limit}`,
    measured: pace.busiest,
    atMost: Math.round(pace.limit * 1.1),
    gates: false,
  },
]
