/** An engine that is broken on purpose is caught: by which law, the table says. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  countsAcceptedDeletes,
  dropsUnprocessedItems,
  ignoresOwner,
  parentFirst,
  readsOnePageOnly,
  trustsOneEmptyIndexRead,
} from '../fixtures/faults/broken-engines.ts'
import { type Break, violationsIn, weather } from '../fixtures/faults/fickle-run.ts'
import { randomCompany } from '../fixtures/random/company.ts'
import { conditions, violations } from '../fixtures/random/run.ts'
import { type EngineWorld, onEngine } from '../fixtures/world/on-engine.ts'

let world: EngineWorld
beforeAll(async () => {
  world = await onEngine()
})
afterAll(() => world.close())

const LAWS = {
  'random company': (broken: Break, caught: Caught) =>
    fc.asyncProperty(randomCompany(), conditions, async (company, harder) => {
      caught(await violations(world, company, harder, (usual) => broken(usual, world.client)))
    }),
  faults: (broken: Break, caught: Caught) =>
    fc.asyncProperty(weather, async (one) => {
      caught(await violationsIn(world, one, broken))
    }),
} as const

/** Throws if what is wrong is what this mistake must lead to. */
type Caught = (wrong: readonly string[]) => void

const caughtBecause =
  (because: RegExp): Caught =>
  (wrong) => {
    const found = wrong.filter((one) => because.test(one))
    if (found.length > 0) throw new Error(found.join('\n'))
  }

const BROKEN: readonly {
  readonly engine: string
  readonly broken: Break
  readonly caughtBy: keyof typeof LAWS
  readonly because: RegExp
}[] = [
  { engine: 'drops UnprocessedItems', broken: dropsUnprocessedItems, caughtBy: 'faults', because: /counted/ },
  {
    engine: 'reads one page only',
    broken: readsOnePageOnly,
    caughtBy: 'random company',
    because: /too much at the end/,
  },
  {
    engine: 'erases the parent first',
    broken: parentFirst,
    caughtBy: 'random company',
    because: /too much at the end/,
  },
  {
    engine: 'counts accepted deletes',
    broken: countsAcceptedDeletes,
    caughtBy: 'faults',
    because: /counted/,
  },
  {
    engine: 'trusts one empty index read',
    broken: trustsOneEmptyIndexRead,
    caughtBy: 'faults',
    because: /left|ended as completed/,
  },
  {
    engine: 'ignores `owner`',
    broken: ignoresOwner,
    caughtBy: 'random company',
    because: /missing at the end/,
  },
]

describe('an engine that', () => {
  it.each(BROKEN)(
    '$engine is caught by the law of $caughtBy',
    async ({ broken, caughtBy, because }) => {
      const tried = await fc.check<unknown>(
        LAWS[caughtBy](broken, caughtBecause(because)) as fc.IAsyncProperty<unknown>,
        {
          seed: 1,
          numRuns: 60,
          endOnFailure: true,
        },
      )
      expect(tried.failed).toBe(true)
      expect(tried.errorInstance).toMatchObject({ message: expect.stringMatching(because) })
    },
    60_000,
  )
})
