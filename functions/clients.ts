/** AWS clients whose waits have an end: by default the SDK waits for an answer for ever. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'

/** @param answerWithinMs For one try. */
const waits = (answerWithinMs: number) => ({
  maxAttempts: MAX_ATTEMPTS,
  requestHandler: {
    connectionTimeout: CONNECT_WITHIN_MS,
    requestTimeout: answerWithinMs,
    throwOnRequestTimeout: true,
  },
})

const CONNECT_WITHIN_MS = 1000
const MAX_ATTEMPTS = 3
/** Three tries of one service after the other end before a function behind the HTTP API does. */
export const PROMPT_MS = 1500
/** For pages of 1 MB and batches of 25. */
export const PATIENT_MS = 10_000

export const dynamoDb = (answerWithinMs: number): DynamoDBClient => new DynamoDBClient(waits(answerWithinMs))

export const secretsManager = (): SecretsManagerClient => new SecretsManagerClient(waits(PROMPT_MS))
