import { beforeAll, describe, expect, it } from 'vitest'
import { LEDGER } from '../../infra/wiring.ts'
import { type Synthesized, synthesized } from '../fixtures/deployed/stack.ts'

let stack: Synthesized

beforeAll(async () => {
  stack = await synthesized('withoutEmail')
})

describe('the ledger', () => {
  it('keeps its logical id: with another one, CloudFormation would make an empty table beside it', () => {
    expect(stack.idOf('AWS::DynamoDB::GlobalTable')).toBe('LedgerTable9343E4AA')
  })

  it('is the only table of the stack: the company’s own are neither made nor changed', () => {
    expect(stack.all('AWS::DynamoDB::GlobalTable')).toHaveLength(1)
    expect(stack.all('AWS::DynamoDB::Table')).toHaveLength(0)
  })

  it('is on demand, streamed, swept by TTL, and found by its open rows', () => {
    expect(stack.only('AWS::DynamoDB::GlobalTable').Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'openShard', 'nextCheckAt', 'receivedAt'].map((AttributeName) => ({
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
        {
          IndexName: 'received',
          KeySchema: [
            { AttributeName: 'openShard', KeyType: 'HASH' },
            { AttributeName: 'receivedAt', KeyType: 'RANGE' },
          ],
          Projection: {
            ProjectionType: 'INCLUDE',
            NonKeyAttributes: ['state', 'channel', 'app', 'dueAt'],
          },
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

describe('what must never be replaced', () => {
  // The second half of each is made of the construct's id and those around it: move or rename one, and CloudFormation
  // makes a new resource beside the old. Not to be adapted to the code.
  it.each([
    [
      'the ledger, with every request and the proof that it was fulfilled',
      'DynamoDB::GlobalTable',
      'LedgerTable9343E4AA',
    ],
    [
      'the key of all codes: every link that was given out ends',
      'SecretsManager::Secret',
      'SecretsIndex37256B9B',
    ],
    [
      'the key of seals: open requests can no longer be erased',
      'SecretsManager::Secret',
      'SecretsSealCEC8A7F9',
    ],
    ['the key of links in mails', 'SecretsManager::Secret', 'SecretsToken08DAD30D'],
    ['the key of receipts', 'SecretsManager::Secret', 'SecretsReceipt2DDBB13A'],
    [
      'the app secrets: no call of Meta’s is believed before they are put in again',
      'SecretsManager::Secret',
      'SecretsApps7E21B80E',
    ],
    ['the API, whose address Meta and people have', 'ApiGatewayV2::Api', 'PublicApi6461FF4B'],
  ])('keeps its logical id, or a deploy begins anew without it: %s', (_what, type, id) => {
    expect(stack.all(`AWS::${type}`).map(([one]) => one)).toContain(id)
  })
})
