/** A complaint about a request: what its row knows, and the complaint itself. */
import type { RequestKey } from './code.ts'

/** What the row of a request knows of a complaint: nothing of what it says. ISO 8601. */
export interface Complained {
  readonly at: string
  readonly answeredAt?: string
}

/** The complaint itself, beside the row. */
export interface Complaint {
  readonly request: RequestKey
  /** Among those of its request, from 1. */
  readonly number: number
  readonly receivedAt: Date
  /** Sealed. */
  readonly text: string
  /** Not sealed: whoever has the code may read it. */
  readonly answer?: string
  readonly answeredAt?: Date
  readonly expiresAt?: Date
}
