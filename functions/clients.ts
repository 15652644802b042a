/** AWS clients whose waits have an end: by default the SDK waits for an answer for ever. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { S3Client } from '@aws-sdk/client-s3'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SESClient } from '@aws-sdk/client-ses'

/** @param answerWithinMs For one try. */
const waits = (answerWithinMs: number, maxAttempts = MAX_ATTEMPTS) => ({
  maxAttempts,
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
/** What a function of the company's may take for one call. */
export const FUNCTION_MS = 60_000

export const dynamoDb = (answerWithinMs: number): DynamoDBClient => new DynamoDBClient(waits(answerWithinMs))

/**
 * For the company's own functions. One try: one that is late may still be at work, and must not be joined by itself; the
 * next slice tries again.
 */
export const lambdaClient = (answerWithinMs: number): LambdaClient =>
  new LambdaClient(waits(answerWithinMs, 1))

export const s3 = (answerWithinMs: number): S3Client =>
  new S3Client({
    ...waits(answerWithinMs),
    // Of an object that is read in part, there is no checksum to check.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })

/** One try: a second could send a mail twice. Who sends knows what to do when the outcome is unknown. */
export const ses = (answerWithinMs: number): SESClient => new SESClient(waits(answerWithinMs, 1))

export const secretsManager = (): SecretsManagerClient => new SecretsManagerClient(waits(PROMPT_MS))
