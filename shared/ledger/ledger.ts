/** The port to the ledger: the table of requests, the source of truth. */

import type { RequestKey } from '../requests/code.ts'
import type { Complaint } from '../requests/complaint.ts'
import type { OwedMail } from '../requests/owed-mail.ts'
import type { DeletionRequest, HistoryEntry } from '../requests/request.ts'
import type { Erasures, FoundAgain, Restores } from './erasures.ts'

/** Kept beside a request that is final. */
export interface Subjects {
  readonly hashes: readonly string[]
  readonly until: Date
}

/** Mails that requests owe. A step that says something makes one due, in its own write. */
export interface OwedMails {
  owedMail(request: RequestKey, version: number): Promise<OwedMail | undefined>
  owedMails(request: RequestKey): Promise<readonly OwedMail[]>
  /** Replaces the write before it. @returns false when somebody else wrote first. */
  saveMail(mail: OwedMail): Promise<boolean>
  /** Those whose `nextCheckAt` is not after `at`. */
  dueMails(at: Date, limit: number): Promise<readonly Pick<OwedMail, 'request' | 'version'>[]>
  /** What a message of ours was about, for replies and reports of SES. */
  rememberSent(messageId: string, mail: Pick<OwedMail, 'request' | 'version'>, until: Date): Promise<void>
  whatWasSent(messageId: string): Promise<Pick<OwedMail, 'request' | 'version'> | undefined>
}

/** Counts that limit what anybody can make the system do. */
export interface Quotas {
  /**
   * Takes one of so many turns of a time that begins with the first.
   *
   * @returns false when all are taken.
   */
  takeTurn(
    name: string,
    of: { readonly limit: number; readonly at: Date; readonly until: Date },
  ): Promise<boolean>
}

/** A message that led to no mail of ours. */
export interface NotedMail {
  /** SES's id of it. */
  readonly id: string
  readonly at: Date
  readonly is: string
  readonly why?: string
}

/** What became of mail that was not answered: counted and listed for the operator, gone after 30 days. */
export interface MailLog {
  noteMail(mail: NotedMail): Promise<void>
  /** @param day In UTC, `YYYY-MM-DD`. */
  mailsOn(day: string): Promise<readonly NotedMail[]>
}

/** Who holds a person: a request, or the operator by an identity. */
export type HoldName = RequestKey | 'identity'

/** Holds: while one stands on any subject of a request, nothing of it is written to. */
export interface Holds {
  hold(hashes: readonly string[], name: HoldName, at: Date): Promise<void>
  /** Takes this name off; a hold of another name stands. */
  endHold(hashes: readonly string[], name: HoldName): Promise<void>
  /** The subjects among these that are held, and by whom. */
  holdsOn(
    hashes: readonly string[],
  ): Promise<readonly { readonly hash: string; readonly by: readonly HoldName[] }[]>
  /** Requests that own a claim on any of these, and those it was taken from. */
  ownersOf(hashes: readonly string[]): Promise<readonly RequestKey[]>
}

/** An open request, as far as the index of open requests tells it. */
export type OpenRow = Pick<DeletionRequest, 'key' | 'state' | 'channel' | 'app' | 'receivedAt' | 'dueAt'>
/** Among the open requests, in the order in which they came. */
export type ListPosition = Pick<OpenRow, 'receivedAt' | 'key'>
export interface TablePosition {
  readonly pk: string
  readonly sk: string
}

/** Many requests at a time. A page may be short, or empty, and yet not be the last: that one has no `next`. */
export interface Listings {
  /** The oldest first. */
  openRows(
    limit: number,
    after?: ListPosition,
  ): Promise<{ readonly rows: readonly OpenRow[]; readonly next?: ListPosition }>
  /** Final ones, too, in no order. Reads the whole table: for the operator only. */
  everyRequest(
    limit: number,
    after?: TablePosition,
  ): Promise<{ readonly rows: readonly DeletionRequest[]; readonly next?: TablePosition }>
}

/**
 * Many people at a time, a list that is imported or tables that are replayed: whoever goes on with it is not asked again
 * how many it finds.
 */
export interface Batch {
  /** Of what it asks for. Of a list, a keyed hash. */
  readonly name: string
  /** An app, or a table. */
  readonly of: string
  /** How many there were when it began. */
  readonly found: number
  readonly by: string
  readonly at: Date
  readonly until: Date
}

export interface Batches {
  /** Says that it begins; the first word stands. */
  beginBatch(begun: Batch): Promise<void>
  /** It is done: who asks for the same again begins anew. */
  endBatch(name: string): Promise<void>
  findBatch(name: string): Promise<Pick<Batch, 'found'> | undefined>
}

/** What a pass over all that a rule may find has come to. */
export interface RulePass {
  /** Of the rule as it was then. */
  readonly hash: string
  /** In UTC, `YYYY-MM-DD`. */
  readonly day: string
  /** Requests that may be opened for people who are due. */
  readonly due: number
  /** Of these, the ones opened on that day. */
  readonly opened: number
  /** Dates that are none, and items that name nobody. */
  readonly unclear: Readonly<Record<string, number>>
  /** Due, and without an address to be told at. */
  readonly withoutNotice?: number
  /** Not only counting. */
  readonly isOpening: boolean
  readonly isDone: boolean
  /** The day's last request was opened before its end. */
  readonly isFull?: true
  /** Where it goes on: the partition by its number, and sealed, the key it stopped at. */
  readonly place?: { readonly partition: number; readonly after?: string }
}

/** Rules of the data map, as far as they are state: which ones may open requests, and how their last pass went. */
export interface Rules {
  ruleOf(name: string): Promise<RuleState>
  /** @param hash Of the rule as it is meant; nothing: it only reports. */
  enableRule(name: string, enabled: EnabledRule | undefined): Promise<void>
  savePass(name: string, pass: RulePass): Promise<void>
}
export interface RuleState {
  readonly enabled?: EnabledRule
  readonly pass?: RulePass
}
export interface EnabledRule {
  readonly hash: string
  readonly by: string
  /** ISO 8601. */
  readonly at: string
}

/** The operator's switch for all erasing. */
export interface Switch {
  isPaused(): Promise<boolean>
  setPaused(isPaused: boolean, note: { readonly by: string; readonly at: Date }): Promise<void>
}

/** What people object to. A complaint is written by {@link Ledger.save}, with its request. */
export interface Complaints {
  /** @param number Among those of the request, from 1. */
  complaint(request: RequestKey, number: number): Promise<Complaint | undefined>
  countOpenComplaints(): Promise<number>
}

/** The rows themselves, with their history and their end. */
export interface Requests {
  /**
   * Records a new request, or returns the row that is there already. The only write an intake depends on: where somebody is
   * to be written to, the first mail is due with it.
   */
  open(request: DeletionRequest): Promise<{ readonly request: DeletionRequest; readonly created: boolean }>
  find(key: RequestKey): Promise<DeletionRequest | undefined>
  /**
   * Replaces the version before it, and keeps a line of history if one is given, and with that a complaint.
   *
   * @throws {@link ServiceError} `LEDGER_CONFLICT` when somebody else wrote meanwhile.
   */
  save(request: DeletionRequest, entry?: HistoryEntry, complaint?: Complaint): Promise<void>
  /**
   * `save` of a final state: the identity chunks go in the same transaction, the history
   * and an open complaint get their end. Of more chunks than
   * fit, the rest goes before, when the hashes of the subjects are kept.
   */
  finish(request: DeletionRequest, entry: HistoryEntry, subjects?: Subjects): Promise<void>
  /** Hashes of whom it was about: until backups that still hold them have aged out. */
  subjects(key: RequestKey): Promise<readonly string[]>
  /**
   * Counts requests in a row that found nothing.
   *
   * @param series Such as an app: each has a count of its own.
   * @returns How many it were, this one included; 0 if this one found something.
   */
  countNothingFound(series: string, found: boolean): Promise<number>
  history(key: RequestKey): Promise<readonly HistoryEntry[]>
}

export interface Ledger
  extends Requests,
    OwedMails,
    Quotas,
    MailLog,
    Holds,
    Listings,
    Erasures,
    Batches,
    FoundAgain,
    Restores,
    Rules,
    Switch,
    Complaints {
  /** Open rows whose `nextCheckAt` is not after `at`, oldest first in each shard. */
  due(at: Date, limit: number): Promise<readonly RequestKey[]>
  /** Every request whose key begins so. Reads the whole table: for the operator only. */
  beginningWith(prefix: string): Promise<readonly RequestKey[]>

  /** Sealed identities found so far, in chunks. */
  identities(key: RequestKey): Promise<readonly string[]>
  /**
   * Replaces the chunks. Whoever reads meanwhile, or after a crash, finds all those of before or all of the new ones,
   * and maybe some of the others.
   *
   * @throws {@link ServiceError} `LEDGER_CONFLICT` when the request is no longer at this version.
   */
  saveIdentities(request: DeletionRequest, chunks: readonly string[]): Promise<void>

  /** Claims one subject for a request. Returns the owner: the request itself, or whoever has it. */
  claim(hash: string, key: RequestKey): Promise<RequestKey>
  /**
   * Takes a claim over from an open request, whose own next write fails then.
   *
   * @returns Whether it was taken: false when the owner has moved on meanwhile.
   */
  takeOver(hash: string, key: RequestKey, from: DeletionRequest): Promise<boolean>
  /** Takes a claim over from a request that is final or gone. */
  inherit(hash: string, key: RequestKey, from: RequestKey): Promise<boolean>
  /** Deletes the claims among these that the request owns. */
  giveBack(hashes: readonly string[], key: RequestKey): Promise<void>
  /** Whether any of these subjects is held. */
  isHeld(hashes: readonly string[]): Promise<boolean>
}
