/** The eraser's figures as tables. */

import { type Cell, table } from '../table.ts'
import type { ContestantName } from './contestant-process.ts'
import type { EraserFigures } from './goals.ts'
import type { Race } from './one-person.ts'

const CONTESTANTS: readonly (readonly [ContestantName, string])[] = [
  ['engine', 'the engine: plan, erase, verify'],
  ['raw', '(a) raw SDK loop'],
  ['checked', '(b) the same, counting before and looking again'],
  ['toolbox', "(c) dynamodb-toolbox's DeletePartition"],
  ['oneByOne', '(d) one DeleteItem after the other'],
]

export function erasureReport({ onePerson, pace, manyPeople }: EraserFigures): readonly string[] {
  const { races, memory, bestConcurrency, rawLoopByConcurrency } = onePerson
  const sizes = races.map(({ items }) => `${items} items`)
  const byContestant = (cell: (race: Race, name: ContestantName) => Cell | undefined) =>
    CONTESTANTS.map(([name, says]) => [says, ...races.map((race) => cell(race, name) ?? NOT_RUN)])
  return [
    table(
      'Erasing one person: items/s, medians (0.5 KB each, one index, nothing paced; the raw loops in pages of 1,000)',
      ['', ...sizes],
      [
        ...byContestant(({ itemsPerSecond }, name) => itemsPerSecond[name]),
        ['rounds', ...races.map(({ rounds }) => rounds)],
      ],
    ),
    `${NOT_RUN}  not run: one after the other would take too long. (c) throws after 16 pages and is called again.`,
    table(
      'Speed of the engine / that of the others',
      ['', ...sizes, 'goal'],
      [
        ...byContestant(({ ratios }, name) => ratios[name])
          .slice(1)
          .map((row, at) => [...row, RATIO_GOALS[at] ?? '']),
        [
          'time of the engine / that of (a)',
          ...races.map(({ ratios }) => (1 / (ratios.raw ?? Number.NaN)).toFixed(2)),
          'constant',
        ],
      ],
    ),
    table(
      "CPU of the contestant's own process: ms for 1,000 items",
      ['', ...sizes],
      byContestant(({ cpuMs }, name) => cpuMs[name]),
    ),
    table(
      `Raw loop with 10,000 items, by batches in flight (${bestConcurrency} is taken)`,
      ['', ...Object.keys(rawLoopByConcurrency)],
      [['items/s', ...Object.values(rawLoopByConcurrency)]],
    ),
    table(
      "Peak memory of the engine's process",
      ['', 'used after gc, MB', 'resident, MB'],
      memory.map(({ items, peakHeapMb, peakRssMb }) => [`${items} items`, peakHeapMb, peakRssMb]),
    ),
    table(
      `Write units/s (table and index) with a limit of ${pace.limit}`,
      ['', ''],
      [
        ['in the busiest 10 s', pace.busiest],
        ['on average', pace.average],
        [`${pace.items} items took`, `${pace.seconds} s`],
      ],
    ),
    table(
      `${manyPeople.people} people with ${manyPeople.itemsEach} items each, all at once, through callback, queue and eraser`,
      ['', ''],
      [
        ['requests/s', manyPeople.requestsPerSecond],
        ['all answered within', `${manyPeople.answeredSeconds} s`],
        ['from answer to final state, p50', `${manyPeople.p50Seconds} s`],
        ['p99', `${manyPeople.p99Seconds} s`],
      ],
    ),
  ]
}

const NOT_RUN = '-'

const RATIO_GOALS = ['at least 0.7', 'at least 0.9', 'above 1', 'at least 4']
