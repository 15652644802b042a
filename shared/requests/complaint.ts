/** A complaint about a request: what its row knows, and the complaint itself. */
import type { RequestKey } from './code.ts'

/** What the row of a request keeps of a complaint: dates in ISO 8601, none of its text. */
export interface Complained {
  readonly at: string
  readonly answeredAt?: string
}

/** The complaint itself, beside the row. */
export interface Complaint {
  readonly request: RequestKey
  /** Its number among those of the request, from 1. */
  readonly number: number
  readonly receivedAt: Date
  /** Sealed. */
  readonly text: string
  /** Not sealed: a person who has the code may read it. */
  readonly answer?: string
  readonly answeredAt?: Date
  readonly expiresAt?: Date
}
