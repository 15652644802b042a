/** The port to the mail that has come in: the object is the queue, and goes when the ledger has what it asks for. */
import type { RequestKey } from '../requests/code.ts'

export interface Inbox {
  /** @returns The beginning of a message, or nothing if it has been dealt with. */
  read(id: string): Promise<Uint8Array | undefined>
  remove(id: string): Promise<void>
  /** Puts a reply to a mail of ours where the operator finds it beside the request. */
  keepReply(id: string, request: RequestKey): Promise<void>
  /** The oldest first, as far as the storage tells. */
  waiting(): Promise<readonly Waiting[]>
}

export interface Waiting {
  readonly id: string
  readonly since: Date
}
