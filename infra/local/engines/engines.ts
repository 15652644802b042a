/** What every local client and function shares: a region, an account, and credentials that open nothing. */
import { defined } from '../../../shared/platform/defined.ts'
import type { Env } from '../../../shared/platform/settings.ts'

export const REGION = 'ap-southeast-1'
export const ACCOUNT = '000000000000'

/** A server that was started. */
export interface Engine {
  readonly endpoint: string
  close(): Promise<void>
}

/** Addresses of the embedded engines. */
export interface Endpoints {
  readonly dynamodb: string
  readonly sqs: string
  readonly secretsManager: string
  readonly s3: string
  /** Absent where no mail is sent. */
  readonly ses?: string | undefined
  /** Absent where the data map names no function. */
  readonly lambda?: string | undefined
}

/** SDK settings for a client of one engine. */
export const engineClient = (endpoint: string) => ({
  endpoint,
  region: REGION,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
})

/** The `AWS_*` variables of a local function: the engines, dummy credentials, nothing of the user's. */
export const engineEnv = (endpoints: Endpoints): Readonly<Record<string, string>> => ({
  ...NO_USER_CONFIG,
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
  AWS_ENDPOINT_URL_DYNAMODB_STREAMS: endpoints.dynamodb,
  AWS_ENDPOINT_URL_SQS: endpoints.sqs,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
  AWS_ENDPOINT_URL_S3: endpoints.s3,
  ...defined({ AWS_ENDPOINT_URL_SES: endpoints.ses, AWS_ENDPOINT_URL_LAMBDA: endpoints.lambda }),
})

/** Removes the user's `AWS_*` variables, so that none of their profiles and endpoints is ever used. */
export function shedUserSettings(env: Record<string, string | undefined>): void {
  for (const name of Object.keys(env)) if (name.startsWith('AWS_')) delete env[name]
  Object.assign(env, NO_USER_CONFIG)
}

const NO_USER_CONFIG = {
  AWS_CONFIG_FILE: '/nonexistent/aws-config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/aws-credentials',
  AWS_EC2_METADATA_DISABLED: 'true',
} as const satisfies Env
