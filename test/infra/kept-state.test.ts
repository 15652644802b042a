import { beforeAll, describe, expect, it } from 'vitest'
import { LEDGER } from '../../infra/wiring.ts'
import { type Synthesized, synthesize } from '../fixtures/stack.ts'

let stack: Synthesized

beforeAll(async () => {
  stack = await synthesize()
})

describe('the ledger', () => {
  it('is the only table of the stack: the company’s own are neither made nor changed', () => {
    expect(stack.all('AWS::DynamoDB::GlobalTable')).toHaveLength(1)
    expect(stack.all('AWS::DynamoDB::Table')).toHaveLength(0)
  })

  it('is on demand, streamed, swept by TTL, and found by its open rows', () => {
    expect(stack.only('AWS::DynamoDB::GlobalTable').Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'openShard', 'nextCheckAt'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: LEDGER.timeToLiveAttribute, Enabled: true },
      GlobalSecondaryIndexes: [
        {
          IndexName: 'open',
          KeySchema: [
            { AttributeName: 'openShard', KeyType: 'HASH' },
            { AttributeName: 'nextCheckAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    })
  })

  it('outlives the stack, mistakes and deletions', () => {
    const ledger = stack.only('AWS::DynamoDB::GlobalTable')
    expect(ledger).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
    expect(ledger.Properties['Replicas']).toEqual([
      expect.objectContaining({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    ])
  })
})

describe('the secrets', () => {
  it('outlive the stack, unless its first deploy fails', () => {
    const secrets = stack.all('AWS::SecretsManager::Secret')
    expect(secrets).toHaveLength(5)
    for (const [, secret] of secrets) {
      expect(secret).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' })
    }
  })

  it('are generated once, each as the first of a keyring: this text may never change', () => {
    const generated = stack
      .all('AWS::SecretsManager::Secret')
      .flatMap(([, { Properties }]) => Properties['GenerateSecretString'] ?? [])
    expect(generated).toEqual(
      Array.from({ length: 4 }, () => ({
        ExcludePunctuation: true,
        GenerateStringKey: 'k1',
        PasswordLength: 64,
        SecretStringTemplate: '{}',
      })),
    )
  })

  it('hold no app secret before the operator puts one in', () => {
    const apps = stack.all('AWS::SecretsManager::Secret').find(([id]) => id.startsWith('SecretsApps'))
    expect(apps?.[1].Properties['SecretString']).toBe('{}')
  })
})
