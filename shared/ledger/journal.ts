/** The port to the journal: who was erased by which request, outside of the ledger, each entry written once. */
import type { BegunErasure } from './ledger.ts'

/** No personal data: keyed hashes, and words and dates of the request. */
export interface JournalEntry extends BegunErasure {
  /** Of every person and alias value that was known when it began. */
  readonly hashes: readonly string[]
}

export interface Journal {
  /** An entry of the same request and hashes that is there already stands. */
  write(entry: JournalEntry): Promise<void>
  /** In the order in which they began, by days. `next` is where it goes on. */
  page(after?: string): Promise<{ readonly entries: readonly JournalEntry[]; readonly next?: string }>
}
