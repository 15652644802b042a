import {
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDataFolder } from '../../infra/local/data-folder.ts'
import { engineClient } from '../../infra/local/engines.ts'
import { appSecretsOf, secretTexts } from '../../infra/local/keys.ts'
import { type SecretsManager, startSecretsManager } from '../../infra/local/secrets-manager.ts'

let manager: SecretsManager
let client: SecretsManagerClient

beforeAll(async () => {
  const folder = await openDataFolder()
  manager = await startSecretsManager(secretTexts(folder, { shop: ['one'] }))
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
