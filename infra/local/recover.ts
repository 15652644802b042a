/** What a start on a kept data folder does first: the lock proves that the workers of the last run are dead. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'

export interface Recovery {
  readonly dynamodb: DynamoDBClient
  readonly ledgerTable: string
  readonly pauseScale: number
  readonly now: Date
}

/** Ends the leases of the last run and wakes what is due. Runs before any function, queue or pipe of this run. */
export type Recover = (recovery: Recovery) => Promise<void>
