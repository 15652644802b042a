/** The secrets of the deployed stack, with the caller's own credentials, or those of `npm start`. */
import type { ClientOptions } from '../../../shared/platform/client-options.ts'
import { ServiceError } from '../../../shared/platform/errors.ts'
import type { SecretVersion } from '../../../shared/platform/secret-change-secretsmanager.ts'
import { DEFAULT_STACK_NAME } from '../../deployment.ts'
import { awsFailure, withClient } from '../console/aws.ts'
import { CliError } from '../console/failure.ts'
import { describeLocal } from './local-system.ts'
import type { SystemOptions } from './system.ts'

/** Secrets, by the output that names each. */
export const SECRETS = {
  meta: 'AppSecretsId',
  seal: 'SealKeysId',
  token: 'TokenKeysId',
  receipt: 'ReceiptKeysId',
} as const

export interface Vault {
  read(name: keyof typeof SECRETS): Promise<SecretVersion>
  /** @throws {@link CliError} when it is another one by now than was read. */
  replace(name: keyof typeof SECRETS, before: SecretVersion, fields: SecretVersion['fields']): Promise<void>
}

/** Opened for one command, and closed after it. */
export async function withVault<T>(options: SystemOptions, use: (vault: Vault) => Promise<T>): Promise<T> {
  const { readVersion, replaceVersion, vaultClient } = await import(
    '../../../shared/platform/secret-change-secretsmanager.ts'
  )
  const { ids, at } = options.local ? await findLocal() : await findDeployed(options)
  const client = vaultClient(at)
  const idOf = (name: keyof typeof SECRETS): string => {
    const id = ids(name)
    if (id) return id
    throw new CliError(
      'not_our_stack',
      `nothing says which secret ${SECRETS[name]} is: give --stack with the name of the deployment, or deploy it again`,
    )
  }
  try {
    return await use({
      read: (name) => readVersion(client, idOf(name)),
      async replace(name, { version }, fields) {
        if (await replaceVersion(client, idOf(name), { fields, before: version })) return
        throw new CliError(
          'changed_meanwhile',
          'the secret was changed at the same time, so nothing was written: look, and try again',
        )
      },
    })
  } catch (cause) {
    throw vaultFailure(cause)
  } finally {
    client.destroy()
  }
}

type Found = {
  readonly ids: (name: keyof typeof SECRETS) => string | undefined
  readonly at: ClientOptions
}

async function findLocal(): Promise<Found> {
  const { secrets } = await describeLocal()
  if (secrets) return { ids: (name) => secrets.ids[name], at: { endpoint: secrets.url } }
  throw new CliError(
    'unexpected_answer',
    'npm start does not say where its secrets are: is it of this version?',
  )
}

async function findDeployed({ stack = DEFAULT_STACK_NAME, region, profile }: SystemOptions): Promise<Found> {
  const { cloudFormation, outputsOf } = await import('./deployed-stack.ts')
  return withClient(cloudFormation({ region, profile }), async (client) => {
    const outputs = await outputsOf(client, stack, 'have that allowed; it says which secrets are meant')
    return {
      ids: (name) => onlyOne(outputs(SECRETS[name])),
      at: { region: await client.config.region(), profile },
    }
  })
}

/** What AWS says is not repeated: it may name the caller. */
function vaultFailure(cause: unknown): unknown {
  if (cause instanceof CliError) return cause
  const fail = (word: string, message: string) => new CliError(word, message, { cause })
  const name = cause instanceof Error ? cause.name : ''
  if (name.startsWith('AccessDenied'))
    return fail(
      'access_denied',
      'you may not do this with the secret: it takes secretsmanager:GetSecretValue, PutSecretValue and UpdateSecretVersionStage',
    )
  if (name === 'ResourceNotFoundException')
    return fail('no_secret', 'there is no such secret, or nothing in it: was it deleted?')
  if (name === 'LimitExceededException')
    return fail('too_many_versions', 'the secret was changed too often in a day: try again tomorrow')
  if (cause instanceof ServiceError)
    return fail('secret_unreadable', 'the secret is not a JSON object of named values')
  return awsFailure(cause, 'Secrets Manager')
}

const onlyOne = ([first, ...more]: readonly string[]): string | undefined =>
  more.length === 0 ? first : undefined
