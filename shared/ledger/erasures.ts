/** The ports to what outlives a request's row: who has been erased, in the ledger and in the journal, and what a restore brings back. */
import type { RequestKey } from '../requests/code.ts'
import type { DeletionRequest } from '../requests/request.ts'

type Kept = 'key' | 'channel' | 'app' | 'scope' | 'receivedAt' | 'dueAt' | 'keeps' | 'repeats'

/** An erasure that has begun: all of its request that must be known where the ledger has lost it. */
export interface BegunErasure extends Pick<DeletionRequest, Kept> {
  readonly startedAt: Date
  /** By then all backups that still hold the person have aged out. */
  readonly until: Date
}

/** A table that was restored from a backup: people may be back in it, until a replay has gone over it. */
export interface Restore {
  /** Of CloudTrail's event. */
  readonly id: string
  /** Names in DynamoDB. */
  readonly source?: string
  readonly target?: string
  readonly at: Date
  /** The state that came back; absent where the event does not name it. */
  readonly to?: Date
}

/** Who has been erased, by subject hash, until backups that still hold them have aged out. */
export interface Erasures {
  noteErased(
    hashes: readonly string[],
    by: { readonly request: RequestKey; readonly until: Date },
  ): Promise<void>
  /** The requests that erased each of these, if any did. */
  erasersOf(hashes: readonly string[]): Promise<ReadonlyMap<string, readonly RequestKey[]>>
  /** Of a request whose row is lost, or is from before it began. */
  noteBegun(begun: BegunErasure): Promise<void>
  begun(request: RequestKey): Promise<BegunErasure | undefined>

  /** A sealed value under which a replay has found a person again. It goes when the request is open, or after a week. */
  noteFound(found: {
    readonly replay: string
    readonly request: RequestKey
    readonly hash: string
    readonly sealed: string
    readonly until: Date
  }): Promise<void>
  foundAgain(replay: string, request: RequestKey): Promise<readonly string[]>
  forgetFound(replay: string, request: RequestKey): Promise<void>

  noteRestore(restore: Restore): Promise<void>
  /** Those over which no replay has gone. */
  restores(): Promise<readonly Restore[]>
  endRestore(id: string): Promise<void>
}

/** No personal data: keyed hashes, and words and dates of the request. */
export interface JournalEntry extends BegunErasure {
  /** Of every person and alias value that was known when it began. */
  readonly hashes: readonly string[]
}

/** Who was erased by which request, outside of the ledger: each entry is written once. */
export interface Journal {
  /** An entry of the same request and hashes that is there already stands. */
  write(entry: JournalEntry): Promise<void>
  /** In the order in which they began, by days. @returns `next`, where the following page begins. */
  page(after?: string): Promise<{ readonly entries: readonly JournalEntry[]; readonly next?: string }>
}
