/** The port to the ledger: the table of requests, the source of truth. Each part of it has an adapter. */

import type { RequestKey } from '../requests/code.ts'
import type { OwedMail } from '../requests/owed-mail.ts'
import type { Complaint, DeletionRequest, HistoryEntry } from '../requests/request.ts'
import type { Erasures } from './erasures.ts'

/** The rows of requests, with their history. */
export interface Requests {
  /**
   * Records a new request, or returns the row that is there already. It is the only write that an intake depends on: if
   * the request has a contact, the first mail is due with it.
   */
  open(request: DeletionRequest): Promise<{ readonly request: DeletionRequest; readonly created: boolean }>
  find(key: RequestKey): Promise<DeletionRequest | undefined>
  /**
   * Replaces the version before it. A line of history, and with it a complaint, is kept in the same write.
   *
   * @throws {@link ServiceError} `LEDGER_CONFLICT` when another write came first.
   */
  save(request: DeletionRequest, entry?: HistoryEntry, complaint?: Complaint): Promise<void>
  /**
   * Counts consecutive requests that found nothing, for each series, such as an app.
   *
   * @returns How many, this one included; 0 if this one found something.
   */
  countNothingFound(series: string, found: boolean): Promise<number>
  history(key: RequestKey): Promise<readonly HistoryEntry[]>
}

/** Hashes of the subjects of a final request. */
export interface Subjects {
  readonly hashes: readonly string[]
  readonly until: Date
}

export interface Identities {
  /** The identities that were found so far, in sealed chunks. */
  identities(key: RequestKey): Promise<readonly string[]>
  /**
   * Replaces the chunks. A read meanwhile, or after a crash, gives all old ones or all new ones, and maybe some of the
   * others.
   *
   * @throws {@link ServiceError} `LEDGER_CONFLICT` when the request is no longer at this version.
   */
  saveIdentities(request: DeletionRequest, chunks: readonly string[]): Promise<void>
  /**
   * {@link Requests.save} of a final state: in the same transaction the chunks go, and the history, mails and an open
   * complaint get their expiry. Chunks that do not fit go before, together with the write that keeps the subjects' hashes.
   */
  finish(request: DeletionRequest, entry: HistoryEntry, subjects?: Subjects): Promise<void>
  /** Hashes of its subjects, until backups that still hold them have aged out. */
  subjects(key: RequestKey): Promise<readonly string[]>
}

/** Complaints are written by {@link Requests.save}, with their request. */
export interface Complaints {
  /** @param number Its number among those of the request, from 1. */
  complaint(request: RequestKey, number: number): Promise<Complaint | undefined>
  countOpenComplaints(): Promise<number>
}

export type MailKey = Pick<OwedMail, 'request' | 'version'>

/** Mails that requests owe. A step makes one due, in its own write. */
export interface OwedMails {
  owedMail(request: RequestKey, version: number): Promise<OwedMail | undefined>
  owedMails(request: RequestKey): Promise<readonly OwedMail[]>
  /** Replaces the write before it. @returns false when another write came first. */
  saveMail(mail: OwedMail): Promise<boolean>
  /** Mails whose `nextCheckAt` is not after `at`. */
  dueMails(at: Date, limit: number): Promise<readonly MailKey[]>
  /** Keeps which mail a message was, for replies and for reports of SES. */
  rememberSent(messageId: string, mail: MailKey, until: Date): Promise<void>
  whatWasSent(messageId: string): Promise<MailKey | undefined>
}

/** A received message that we did not answer. */
export interface NotedMail {
  /** SES's id of the message. */
  readonly id: string
  readonly at: Date
  readonly is: string
  readonly why?: string
}

export interface MailLog {
  /** Listed for the operator, gone after 30 days. */
  noteMail(mail: NotedMail): Promise<void>
  /** @param day In UTC, `YYYY-MM-DD`. */
  mailsOn(day: string): Promise<readonly NotedMail[]>
  /**
   * Limits what strangers can make the system do: takes one of so many turns in a period that begins with the first.
   *
   * @returns false when all turns are taken.
   */
  takeTurn(
    name: string,
    of: { readonly limit: number; readonly at: Date; readonly until: Date },
  ): Promise<boolean>
}

/** The name of a hold: a request, or the operator's by identity. */
export type HoldName = RequestKey | 'identity'

/** Claims and holds on subjects. While a hold stands on any subject of a request, the request writes to no item. */
export interface Claims {
  /** Claims one subject for a request. @returns The owner: the request itself, or the one that has it. */
  claim(hash: string, key: RequestKey): Promise<RequestKey>
  /** Takes a claim over from an open request, whose next write fails then. @returns false when it has moved on meanwhile. */
  takeOver(hash: string, key: RequestKey, from: DeletionRequest): Promise<boolean>
  /** Takes a claim over from a request that is final or gone. @returns Whether it was taken. */
  inherit(hash: string, key: RequestKey, from: RequestKey): Promise<boolean>
  /** Deletes the claims among these that the request owns. */
  giveBack(hashes: readonly string[], key: RequestKey): Promise<void>
  /** Requests that own a claim on any of these, and those from which it was taken. */
  ownersOf(hashes: readonly string[]): Promise<readonly RequestKey[]>

  hold(hashes: readonly string[], name: HoldName, at: Date): Promise<void>
  /** Removes this name; a hold of another name stands. */
  endHold(hashes: readonly string[], name: HoldName): Promise<void>
  /** The subjects among these that are held, each with the names of its holds. */
  holdsOn(
    hashes: readonly string[],
  ): Promise<readonly { readonly hash: string; readonly by: readonly HoldName[] }[]>
  isHeld(hashes: readonly string[]): Promise<boolean>
}

/** The part of an open request that the index of open requests has. */
export type OpenRow = Pick<DeletionRequest, 'key' | 'state' | 'channel' | 'app' | 'receivedAt' | 'dueAt'>
/** Among the open requests, in the order in which they came. */
export type ListPosition = Pick<OpenRow, 'receivedAt' | 'key'>
export interface TablePosition {
  readonly pk: string
  readonly sk: string
}
/** Only the last page has no `next`; any page may be short, or empty. */
export interface Page<Row, Position> {
  readonly rows: readonly Row[]
  readonly next?: Position
}

/** Many requests at a time. */
export interface Listings {
  /** Open rows whose `nextCheckAt` is not after `at`, oldest first in each shard. */
  due(at: Date, limit: number): Promise<readonly RequestKey[]>
  /** Every request whose key begins with that. Reads the whole table: for the operator only. */
  beginningWith(prefix: string): Promise<readonly RequestKey[]>
  /** The oldest first. */
  openRows(limit: number, after?: ListPosition): Promise<Page<OpenRow, ListPosition>>
  /** Also final ones, in no order. Reads the whole table: for the operator only. */
  everyRequest(limit: number, after?: TablePosition): Promise<Page<DeletionRequest, TablePosition>>
}

/**
 * Work on many people, the import of a list or the replay of tables. The operator who goes on with it does not have to
 * give again how many people it finds.
 */
export interface Batch {
  /** Names its input; for a list, a keyed hash. */
  readonly name: string
  /** An app, or a table. */
  readonly of: string
  /** How many people it found when it began. */
  readonly found: number
  readonly by: string
  readonly at: Date
  readonly until: Date
}

export interface Batches {
  /** Keeps that it has begun; if it is there already, that stands. */
  beginBatch(begun: Batch): Promise<void>
  /** It is done: the same input begins anew. */
  endBatch(name: string): Promise<void>
  findBatch(name: string): Promise<Pick<Batch, 'found'> | undefined>
  /** The operator's switch for all erasing. */
  isPaused(): Promise<boolean>
  setPaused(isPaused: boolean, note: { readonly by: string; readonly at: Date }): Promise<void>
}

/** The result, so far, of a rule's pass over all that it may find. */
export interface RulePass {
  /** Of the rule at that time. */
  readonly hash: string
  /** In UTC, `YYYY-MM-DD`. */
  readonly day: string
  /** Requests that may be opened for people who are due. */
  readonly due: number
  /** Requests that were opened on that day. */
  readonly opened: number
  /** Unusable dates, and items that name no person, by reason. */
  readonly unclear: Readonly<Record<string, number>>
  /** People who are due and have no address to be told at. */
  readonly withoutNotice?: number
  /** It opens requests, and does not only count. */
  readonly isOpening: boolean
  readonly isDone: boolean
  /** The day's limit was reached before the pass was through. */
  readonly isFull?: true
  /** Where it goes on: the number of the partition, and, sealed, the key at which it stopped. */
  readonly place?: { readonly partition: number; readonly after?: string }
}
export interface EnabledRule {
  readonly hash: string
  readonly by: string
  /** ISO 8601. */
  readonly at: string
}
export interface RuleState {
  readonly enabled?: EnabledRule
  readonly pass?: RulePass
}

/** The state of the data map's rules: which of them may open requests, and how their last pass went. */
export interface Rules {
  ruleOf(name: string): Promise<RuleState>
  /** @param enabled Nothing: the rule only reports. */
  enableRule(name: string, enabled: EnabledRule | undefined): Promise<void>
  savePass(name: string, pass: RulePass): Promise<void>
}

export type Ledger = Requests &
  Identities &
  Complaints &
  OwedMails &
  MailLog &
  Claims &
  Listings &
  Erasures &
  Batches &
  Rules
