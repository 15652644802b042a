/**
 * The ledger in DynamoDB, one table. Its items are named by each adapter; a function that needs only a part of the ledger
 * takes that adapter.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { batchesIn } from './batches-dynamodb.ts'
import { claimsIn } from './claims-dynamodb.ts'
import { erasuresIn } from './erasures-dynamodb.ts'
import { identitiesIn } from './identities-dynamodb.ts'
import type { Ledger } from './ledger.ts'
import { listingsIn } from './listings-dynamodb.ts'
import { mailLogIn, owedMailsIn } from './mails-dynamodb.ts'
import { complaintsIn, requestsIn } from './requests-dynamodb.ts'

export const dynamoLedger = (client: DynamoDBClient, table: string): Ledger => ({
  ...requestsIn(client, table),
  ...identitiesIn(client, table),
  ...listingsIn(client, table),
  ...claimsIn(client, table),
  ...owedMailsIn(client, table),
  ...mailLogIn(client, table),
  ...complaintsIn(client, table),
  ...erasuresIn(client, table),
  ...batchesIn(client, table),
})
