/** `pause` and `resume`: all erasing stops within one slice of each worker, and later goes on from there. */
import pMap from 'p-map'
import type { Ledger, ListPosition } from '../ledger/ledger.ts'
import { defined } from '../platform/defined.ts'
import type { Delays } from '../platform/delays.ts'
import { unlessConflict } from '../platform/errors.ts'
import { wake } from '../requests/steps.ts'
import { openPages } from './listings.ts'

export const pauseAll = (ledger: Pick<Ledger, 'setPaused'>, by: string, at: Date): Promise<void> =>
  ledger.setPaused(true, { by, at })

const CONCURRENCY = 16

type Resuming = Pick<Ledger, 'setPaused' | 'openRows' | 'find' | 'save'>

/** A request that it misses waits for at most an hour. @returns `next`, if others are still to be woken. */
export async function resumeAll(
  ledger: Resuming,
  delays: Delays,
  { by, at, after }: { readonly by: string; readonly at: Date; readonly after?: ListPosition },
): Promise<{ readonly woken: number; readonly next?: ListPosition }> {
  await ledger.setPaused(false, { by, at })
  let woken = 0
  let position: ListPosition | undefined
  for await (const { rows, next } of openPages(ledger, after)) {
    const waiting = rows.filter(({ state }) => state === 'waiting')
    const moved = await pMap(waiting, ({ key }) => wakeIfPaused(ledger, delays, key, at), {
      concurrency: CONCURRENCY,
    })
    woken += moved.filter(Boolean).length
    position = next
  }
  return defined({ woken, next: position })
}

async function wakeIfPaused(
  ledger: Resuming,
  delays: Delays,
  key: ListPosition['key'],
  at: Date,
): Promise<boolean> {
  const row = await ledger.find(key)
  if (row?.state !== 'waiting' || row.problem?.reason !== 'paused') return false
  return unlessConflict(() => ledger.save(wake(row, at, delays)))
}
