/** What a start on a kept data folder does first: its lock proves that the workers of the last run are dead. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { DeletionConfig } from '../../shared/config/define.ts'
import { dynamoLedger } from '../../shared/ledger/ledger-dynamodb.ts'
import { recover } from '../../shared/operations/sweep.ts'
import { delays } from '../../shared/platform/delays.ts'
import { duration } from '../../shared/platform/time.ts'
import { functionConfig } from '../wiring.ts'
import { LEDGER_TABLE } from './engines/tables.ts'
import { PAUSE_SCALE } from './lambda/functions.ts'

/** Ends the leases of the last run, and wakes the requests that are due. It comes before any other use of the ledger. */
export const recoverLedger = (client: DynamoDBClient, config: DeletionConfig): Promise<number> =>
  recover({
    ledger: dynamoLedger(client, LEDGER_TABLE),
    delays: delays(PAUSE_SCALE, Math.random),
    clock: () => new Date(),
    keepRequests: duration(functionConfig('sweep', config).keepRequests),
  })
