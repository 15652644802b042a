/** The journal is written once, and a restore rings until a replay has gone over it. */
import { beforeAll, describe, expect, it } from 'vitest'
import { roleOf, statementsOf } from '../fixtures/deployed/policies.ts'
import { att, type Json, type Synthesized, synthesized } from '../fixtures/deployed/stack.ts'

let stack: Synthesized
beforeAll(async () => {
  stack = await synthesized('withoutEmail')
})

const bucket = () => stack.only('AWS::S3::Bucket')
const objects = (which = '') => ({
  'Fn::Join': ['', [att(stack.idOf('AWS::S3::Bucket'), 'Arn'), `/${which}*`]],
})

describe('the journal', () => {
  it('is versioned, locked for as long as any backup lives, and forgets right after', () => {
    expect(bucket().Properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 36 } },
      },
    })
    const [expire] = bucket().Properties['LifecycleConfiguration'].Rules
    expect(expire).toMatchObject({ ExpirationInDays: 37, NoncurrentVersionExpiration: { NoncurrentDays: 1 } })
  })

  it('is encrypted, closed to the public, and outlives the stack', () => {
    expect(bucket()).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
    expect(bucket().Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    })
  })

  it('lets nobody delete, shorten a lock, write over an entry, or come without TLS', () => {
    const said: readonly Json[] = stack.only('AWS::S3::BucketPolicy').Properties['PolicyDocument'].Statement
    const denied = said.filter(({ Effect }) => Effect === 'Deny')
    expect(denied).toHaveLength(said.length)
    expect(denied).toContainEqual({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: [
        's3:BypassGovernanceRetention',
        's3:DeleteObject',
        's3:DeleteObjectVersion',
        's3:PutObjectRetention',
      ],
      Resource: objects(),
    })
    expect(denied).toContainEqual({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 's3:PutObject',
      Resource: objects(),
      Condition: { Null: { 's3:if-none-match': 'true' } },
    })
    expect(JSON.stringify(denied)).toContain('aws:SecureTransport')
  })

  it('is written by the eraser alone, and read by who replays alone', () => {
    const ofS3 = (name: 'erase' | 'operate' | 'view' | 'restores') =>
      statementsOf(stack, roleOf(stack, name)).flatMap(({ actions }) =>
        actions.filter((action) => action.startsWith('s3:')),
      )
    expect(ofS3('erase')).toEqual(['s3:PutObject'])
    expect(ofS3('operate')).toEqual(['s3:GetObject', 's3:ListBucket'])
    const users = stack
      .all('AWS::Lambda::Function')
      .filter(([, { Properties }]) => Properties['Environment'].Variables['JOURNAL_BUCKET'])
    expect(users.map(([id]) => id).toSorted()).toEqual(
      [stack.functionId('erase'), stack.functionId('operate')].toSorted(),
    )
  })
})

describe('a restore', () => {
  it('is told to a function that may note it in the ledger, and nothing else', () => {
    const rule = stack.only('AWS::Events::Rule').Properties
    expect(rule['EventPattern']).toEqual({
      source: ['aws.dynamodb'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: {
        eventSource: ['dynamodb.amazonaws.com'],
        eventName: ['RestoreTableToPointInTime', 'RestoreTableFromBackup', 'RestoreTableFromAwsBackup'],
        errorCode: [{ exists: false }],
      },
    })
    expect(rule['Targets']).toEqual([
      expect.objectContaining({ Arn: att(stack.functionId('restores'), 'Arn') }),
    ])
    const actions = statementsOf(stack, roleOf(stack, 'restores')).flatMap((one) => one.actions)
    expect(actions.filter((action) => !action.startsWith('logs:'))).toEqual(['dynamodb:PutItem'])
  })

  it('rings until a replay has gone over it', () => {
    expect(stack.alarm('RestoreNotReplayed').Properties).toMatchObject({
      MetricName: 'restoresToReplay',
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
    })
  })
})
