/** Reads and changes the secrets of the deployed stack, with the caller's own credentials, or of `npm start`. */
import { ServiceError } from '../../../shared/platform/errors.ts'
import type { SecretVersion } from '../../../shared/platform/secret-change-secretsmanager.ts'
import { DEFAULT_STACK_NAME } from '../../deployment.ts'
import { awsFailure } from '../console/aws.ts'
import { CliError } from '../console/failure.ts'
import { describeLocal } from './local-system.ts'
import type { SystemOptions } from './system.ts'

/** Each secret, and the output with its id. */
const SECRETS = {
  meta: 'AppSecretsId',
  seal: 'SealKeysId',
  token: 'TokenKeysId',
  receipt: 'ReceiptKeysId',
} as const

type SecretName = keyof typeof SECRETS

export interface Vault {
  read(name: SecretName): Promise<SecretVersion>
  /** @throws {@link CliError} when the secret was changed since it was read. */
  replace(name: SecretName, before: SecretVersion, fields: SecretVersion['fields']): Promise<void>
}

export async function withVault<T>(options: SystemOptions, use: (vault: Vault) => Promise<T>): Promise<T> {
  const { readVersion, replaceVersion, vaultClient } = await import(
    '../../../shared/platform/secret-change-secretsmanager.ts'
  )
  const { ids, at } = options.local ? await findLocal() : await findDeployed(options)
  const client = vaultClient(at)
  const idOf = (name: SecretName): string => {
    const id = ids(name)
    if (id) return id
    throw new CliError(
      'not_our_stack',
      `the stack has no single output ${SECRETS[name]}: give --stack with the name of the deployment, or deploy it again`,
    )
  }
  try {
    return await use({
      read: (name) => readVersion(client, idOf(name)),
      async replace(name, { version }, fields) {
        if (await replaceVersion(client, idOf(name), { fields, before: version })) return
        throw new CliError(
          'changed_meanwhile',
          'the secret was changed at the same time, so nothing was written: check it, and try again',
        )
      },
    })
  } catch (cause) {
    throw vaultFailure(cause)
  }
}

async function findLocal() {
  const { secrets } = await describeLocal()
  if (secrets) return { ids: (name: SecretName) => secrets.ids[name], at: { endpoint: secrets.url } }
  throw new CliError('unexpected_answer', 'npm start gives no address of its secrets: is it of this version?')
}

async function findDeployed({ stack = DEFAULT_STACK_NAME, region, profile }: SystemOptions) {
  const { cloudFormation, outputsOf } = await import('./deployed-stack.ts')
  const client = cloudFormation({ region, profile })
  const outputs = await outputsOf(client, stack, 'ask for it; the outputs have the ids of the secrets')
  const onlyOne = ([first, ...more]: readonly string[]) => (more.length === 0 ? first : undefined)
  return {
    ids: (name: SecretName) => onlyOne(outputs(SECRETS[name])),
    at: { region: await client.config.region(), profile },
  }
}

/** A message of AWS is not repeated: it may name the caller. */
function vaultFailure(cause: unknown): unknown {
  if (cause instanceof CliError) return cause
  const fail = (word: string, message: string) => new CliError(word, message, { cause })
  const name = cause instanceof Error ? cause.name : ''
  if (name.startsWith('AccessDenied'))
    return fail(
      'access_denied',
      'you have no permission for the secret: secretsmanager:GetSecretValue, PutSecretValue and UpdateSecretVersionStage are needed',
    )
  if (name === 'ResourceNotFoundException')
    return fail('no_secret', 'the secret does not exist, or has no value: was it deleted?')
  if (name === 'LimitExceededException')
    return fail(
      'too_many_versions',
      'the secret has too many versions of the last 24 hours: try again tomorrow',
    )
  if (cause instanceof ServiceError)
    return fail('secret_unreadable', 'the secret is not a JSON object of named values')
  return awsFailure(cause, 'Secrets Manager')
}
