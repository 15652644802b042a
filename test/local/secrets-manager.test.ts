import {
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engineClient } from '../../infra/local/engines/engines.ts'
import { type SecretsManager, startSecretsManager } from '../../infra/local/engines/secrets-manager.ts'
import { openDataFolder } from '../../infra/local/state/data-folder.ts'
import { appSecretsOf, secretTexts } from '../../infra/local/state/keys.ts'
import { readVersion, replaceVersion } from '../../shared/platform/secret-change-secretsmanager.ts'

let manager: SecretsManager
let client: SecretsManagerClient
const written: (readonly [string, string])[] = []

beforeAll(async () => {
  const folder = await openDataFolder()
  manager = await startSecretsManager(secretTexts(folder, { shop: ['one'] }), (...change) => {
    written.push(change)
  })
  folder.release()
  client = new SecretsManagerClient(engineClient(manager.endpoint))
})
afterAll(async () => {
  client.destroy()
  await manager.close()
})

describe('GetSecretValue', () => {
  it('answers with the secret', async () => {
    const answer = await client.send(new GetSecretValueCommand({ SecretId: 'local/meta' }))
    expect(answer).toMatchObject({ Name: 'local/meta', SecretString: '{"shop":["one"]}' })
    expect(answer.CreatedDate).toBeInstanceOf(Date)
    expect((await client.send(new GetSecretValueCommand({ SecretId: answer.ARN }))).Name).toBe('local/meta')
  })

  it('has keys of 32 bytes, each its own', async () => {
    const keys = await Promise.all(
      ['local/index', 'local/seal'].map(async (SecretId) => {
        const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId }))
        return (JSON.parse(SecretString) as { k1: string }).k1
      }),
    )
    expect(keys.map((key) => Buffer.from(key, 'base64url').length)).toEqual([32, 32])
    expect(new Set(keys).size).toBe(2)
  })

  it.each(['local/none', 'constructor'])('refuses %s', async (SecretId) => {
    await expect(client.send(new GetSecretValueCommand({ SecretId }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
  })

  it('refuses every other action', async () => {
    await expect(client.send(new ListSecretsCommand({}))).rejects.toMatchObject({ name: 'InvalidAction' })
  })
})

describe('a secret that is changed', () => {
  const current = async (SecretId: string) => await client.send(new GetSecretValueCommand({ SecretId }))

  it('lets one of two racing writers win, and keeps the other out', async () => {
    const before = await readVersion(client, 'local/token')
    const change = (fields: object) =>
      replaceVersion(client, 'local/token', { fields: { ...fields }, before: before.version })
    expect(await change({ k1: 'a', k2: 'b' })).toBe(true)
    expect(await change({ k1: 'a', k2: 'c' })).toBe(false)
    expect(await readVersion(client, 'local/token')).toMatchObject({ fields: { k1: 'a', k2: 'b' } })
    expect(written.at(-1)).toEqual(['local/token', '{"k1":"a","k2":"b"}'])
  })

  it('is what was put last, without a stage', async () => {
    await client.send(new PutSecretValueCommand({ SecretId: 'local/receipt', SecretString: '{"k9":"z"}' }))
    expect(await current('local/receipt')).toMatchObject({
      SecretString: '{"k9":"z"}',
      VersionStages: ['AWSCURRENT'],
    })
  })

  it('has one value for one token', async () => {
    const put = (SecretString: string) =>
      client.send(
        new PutSecretValueCommand({
          SecretId: 'local/receipt',
          SecretString,
          ClientRequestToken: '5f0c4b6a-0000-4000-8000-000000000001',
        }),
      )
    await put('{"k1":"once"}')
    await put('{"k1":"once"}')
    await expect(put('{"k1":"twice"}')).rejects.toMatchObject({ name: 'ResourceExistsException' })
  })

  it('refuses a version that is not there', async () => {
    const move = { SecretId: 'local/receipt', VersionStage: 'AWSCURRENT', MoveToVersionId: 'x'.repeat(36) }
    await expect(client.send(new UpdateSecretVersionStageCommand(move))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
  })
})

describe('appSecretsOf', () => {
  it('gives every app one fixed secret', () => {
    const secrets = appSecretsOf(['shop', 'insta'], {})
    expect(secrets['shop']?.[0]).toMatch(/^[0-9a-f]{32}$/)
    expect(secrets['shop']).not.toEqual(secrets['insta'])
    expect(appSecretsOf(['shop'], {})['shop']).toEqual(secrets['shop'])
  })

  it('takes META_APP_SECRETS, newest first, and leaves the other apps theirs', () => {
    const secrets = appSecretsOf(['shop', 'insta'], { META_APP_SECRETS: '{"shop":["b","a"]}' })
    expect(secrets['shop']).toEqual(['b', 'a'])
    expect(secrets['insta']).toHaveLength(1)
  })

  it.each([
    ['{', 'not JSON'],
    ['["a"]', 'must be a JSON object'],
    ['{"shop":"a"}', 'shop is not a list'],
    ['{"shop":[]}', 'shop is not a list'],
    ['{"shop":[""]}', 'shop is not a list'],
    ['{"shop":["<app secret>"]}', 'shop is not a list'],
    ['{"blog":["a"]}', 'its apps are shop'],
  ])('refuses %s', (META_APP_SECRETS, why) => {
    expect(() => appSecretsOf(['shop'], { META_APP_SECRETS })).toThrow(why)
  })
})
