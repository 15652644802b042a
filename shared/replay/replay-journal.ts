/** Teaches a restored ledger, from the journal, what it has forgotten. */
import pMap from 'p-map'
import type { Journal } from '../ledger/erasures.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { RequestKey } from '../requests/code.ts'

export interface LearntFromJournal {
  readonly entries: number
  /** Requests that began since the restored state and are not in the ledger. */
  readonly forgotten: readonly RequestKey[]
  /** Absent after the last page. */
  readonly next?: string
}

interface LearnDeps {
  readonly ledger: Pick<Ledger, 'erasersOf' | 'find' | 'noteBegun' | 'noteErased'>
  readonly journal: Pick<Journal, 'page'>
}

/** Reads one page of the journal. */
export async function learnFromJournal(
  { ledger, journal }: LearnDeps,
  { since, now, after }: { readonly since: Date; readonly now: Date; readonly after?: string | undefined },
): Promise<LearntFromJournal> {
  const { entries, next } = await journal.page(after)
  const forgotten = await pMap(
    entries.filter(({ until }) => until > now),
    async ({ hashes, ...begun }) => {
      const { key: request, until, startedAt, repeats } = begun
      const erasers = await ledger.erasersOf(hashes)
      const unknown = hashes.filter((hash) => !erasers.get(hash)?.includes(request))
      await ledger.noteErased(unknown, { request, until })
      const row = await ledger.find(request)
      if (row?.firstDeleteAt) return []
      await ledger.noteBegun(begun)
      // A request that only repeats another has no code that a person could have.
      return row || repeats || startedAt < since ? [] : [request]
    },
    { concurrency: 16 },
  )
  return {
    entries: entries.length,
    forgotten: [...new Set(forgotten.flat())],
    ...(next !== undefined && { next }),
  }
}
