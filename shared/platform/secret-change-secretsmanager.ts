/** Changes a secret of named values with the caller's own credentials, and never overwrites another change. */
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { type ClientOptions, clientOptions } from './client-options.ts'
import { fieldsOf } from './secrets-secretsmanager.ts'

export interface SecretVersion {
  readonly fields: Readonly<Record<string, unknown>>
  readonly version: string
  readonly changedAt: Date
}

/** @throws {@link ServiceError} `SECRET_MISSING` when it holds no JSON object. */
export async function readVersion(client: SecretsManagerClient, secretId: string): Promise<SecretVersion> {
  const { SecretString, VersionId, CreatedDate } = await client.send(
    new GetSecretValueCommand({ SecretId: secretId }),
  )
  if (VersionId === undefined || !CreatedDate) throw new TypeError('a secret has no version')
  return { fields: fieldsOf(SecretString), version: VersionId, changedAt: CreatedDate }
}

/**
 * Puts the fields beside the version that was read, and makes them current only if that version still is.
 *
 * @returns Whether they are current; if not, nothing has changed.
 */
export async function replaceVersion(
  client: SecretsManagerClient,
  secretId: string,
  { fields, before }: { readonly fields: SecretVersion['fields']; readonly before: string },
): Promise<boolean> {
  const { VersionId: made } = await client.send(
    new PutSecretValueCommand({
      SecretId: secretId,
      SecretString: JSON.stringify(fields),
      VersionStages: ['AWSPENDING'],
    }),
  )
  const move = { SecretId: secretId, MoveToVersionId: made, RemoveFromVersionId: before }
  try {
    await client.send(new UpdateSecretVersionStageCommand({ ...move, VersionStage: 'AWSCURRENT' }))
    return true
  } catch (error) {
    if (error instanceof Error && error.name === 'InvalidParameterException') return false
    throw error
  }
}

export const vaultClient = (options: ClientOptions): SecretsManagerClient =>
  new SecretsManagerClient(clientOptions(options))
