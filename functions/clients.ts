/** AWS clients with time limits: by default the SDK waits for an answer for ever. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { S3Client } from '@aws-sdk/client-s3'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SESClient } from '@aws-sdk/client-ses'

/** @param answerWithinMs The limit for one try. */
const waits = (answerWithinMs: number, maxAttempts = 3) => ({
  maxAttempts,
  requestHandler: { connectionTimeout: 1000, requestTimeout: answerWithinMs, throwOnRequestTimeout: true },
})

/** Three tries at each of two services take less than the 10 s that a function behind the HTTP API has. */
export const PROMPT_MS = 1500
/** For pages of 1 MB and batches of 25. */
export const PATIENT_MS = 10_000
/** How long one call of a company's function may take. */
export const FUNCTION_MS = 60_000

export const dynamoDb = (answerWithinMs: number): DynamoDBClient => new DynamoDBClient(waits(answerWithinMs))

/**
 * For the company's own functions. One try: a late one may still be at work, and a second must not run beside it. The
 * next slice tries again.
 */
export const lambdaClient = (answerWithinMs: number): LambdaClient =>
  new LambdaClient(waits(answerWithinMs, 1))

export const s3 = (answerWithinMs: number): S3Client =>
  new S3Client({
    ...waits(answerWithinMs),
    // An object that is read in part has no checksum to check.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })

/** One try: a second could send a mail twice. The sender handles an unknown outcome. */
export const ses = (answerWithinMs: number): SESClient => new SESClient(waits(answerWithinMs, 1))

export const secretsManager = (): SecretsManagerClient => new SecretsManagerClient(waits(PROMPT_MS))
