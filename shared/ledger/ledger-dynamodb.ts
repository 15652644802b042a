/**
 * The ledger in DynamoDB, one table: what requests are made of, `ID#<hash>` / `CLAIM`, `HOLD`, `ERASED`, and what each
 * adapter names. Who needs a part only takes that.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { batchesIn } from './batches-dynamodb.ts'
import { claimsIn } from './claims-dynamodb.ts'
import { complaintsIn } from './complaints-dynamodb.ts'
import { erasuresIn } from './erasures-dynamodb.ts'
import { foundAgainIn } from './found-again-dynamodb.ts'
import { holdsIn } from './holds-dynamodb.ts'
import { identitiesIn } from './identities-dynamodb.ts'
import type { Ledger } from './ledger.ts'
import { listingsIn } from './listings-dynamodb.ts'
import { mailLogIn } from './mail-log-dynamodb.ts'
import { owedMailsIn } from './owed-mails-dynamodb.ts'
import { quotasIn } from './quotas-dynamodb.ts'
import { requestsIn } from './requests-dynamodb.ts'
import { restoresIn } from './restores-dynamodb.ts'
import { rowsIn } from './rows-dynamodb.ts'
import { rulesIn } from './rules-dynamodb.ts'
import { switchIn } from './switch-dynamodb.ts'

export const dynamoLedger = (client: DynamoDBClient, table: string): Ledger => ({
  ...requestsIn(client, table),
  ...identitiesIn(client, table),
  ...rowsIn(client, table),
  ...claimsIn(client, table),
  ...holdsIn(client, table),
  ...listingsIn(client, table),
  ...erasuresIn(client, table),
  ...batchesIn(client, table),
  ...foundAgainIn(client, table),
  ...restoresIn(client, table),
  ...rulesIn(client, table),
  ...switchIn(client, table),
  ...owedMailsIn(client, table),
  ...quotasIn(client, table),
  ...mailLogIn(client, table),
  ...complaintsIn(client, table),
})
