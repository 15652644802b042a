/** What a deploy makes for mail that comes in, beyond what email.test.ts holds. */
import { beforeAll, describe, expect, it } from 'vitest'
import company from '../../deletion.config.ts'
import type { DeletionConfig } from '../../shared/config/define.ts'
import { roleOf, statementsOf } from '../fixtures/deployed/policies.ts'
import {
  att,
  inThisAccount,
  type Json,
  type Synthesized,
  synthesize,
  synthesized,
  withoutEmail,
} from '../fixtures/deployed/stack.ts'

const receivingWith = (receiving: { readonly receiptRuleSet?: string }): DeletionConfig => ({
  ...withoutEmail,
  email: { address: 'xoa-du-lieu@mail.example.com', identity: 'email', receiving },
})

let stack: Synthesized
beforeAll(async () => {
  stack = await synthesized('company')
})

const ruleName = (of: Synthesized): Json => of.only('AWS::SES::ReceiptRule').Properties['Rule'].Name
const output = (of: Synthesized, name: string): Json => of.template.findOutputs(name)[name]?.['Value']

describe('the bucket of the inbox', () => {
  const bucket = () => att(stack.idOf('AWS::S3::Bucket', 'EmailReceivingBucket'), 'Arn')
  const objects = (folder: string) => ({ 'Fn::Join': ['', [bucket(), `/${folder}*`]] })

  it('refuses whoever comes without TLS', () => {
    const { Statement } = stack.only('AWS::S3::BucketPolicy', 'EmailReceivingBucketPolicy').Properties[
      'PolicyDocument'
    ]
    expect(Statement[0]).toEqual({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 's3:*',
      Resource: [bucket(), objects('')],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    })
  })

  it('is open to nobody but SES, for our rule of this account, and there for the inbox alone', () => {
    const { Statement } = stack.only('AWS::S3::BucketPolicy', 'EmailReceivingBucketPolicy').Properties[
      'PolicyDocument'
    ]
    const [, ses, ...more] = Statement
    expect(more).toEqual([])
    expect(ses).toEqual({
      Effect: 'Allow',
      Principal: { Service: 'ses.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: objects('inbox/'),
      Condition: {
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' }, 'aws:SourceArn': ruleArn() },
      },
    })
  })

  it('forgets mail after three days, replies after thirty, and what was never put in whole after one', () => {
    expect(
      stack.only('AWS::S3::Bucket', 'EmailReceivingBucket').Properties['LifecycleConfiguration'].Rules,
    ).toEqual([
      { Prefix: 'inbox/', ExpirationInDays: 3, Status: 'Enabled' },
      { Prefix: 'replies/', ExpirationInDays: 30, Status: 'Enabled' },
      { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: 'Enabled' },
    ])
  })

  it('outlives the stack with what waits in it, unless its first deploy fails', () => {
    expect(stack.only('AWS::S3::Bucket', 'EmailReceivingBucket')).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    })
  })

  it('is in the hands of two functions only', () => {
    const users = stack
      .all('AWS::Lambda::Function')
      .filter(([, { Properties }]) => Properties['Environment'].Variables['INBOX_BUCKET'])
    expect(users.map(([id]) => id).toSorted()).toEqual(
      [stack.functionId('email-received'), stack.functionId('inbox-sweep')].toSorted(),
    )
  })

  it.each(['email-received', 'inbox-sweep'] as const)(
    'tells %s of an object that is gone, where S3 would call it forbidden',
    (name) => {
      const lists = statementsOf(stack, roleOf(stack, name)).filter(({ actions }) =>
        actions.includes('s3:ListBucket'),
      )
      // A condition on the prefix would not hold for a read, which has none.
      expect(lists).toEqual([{ actions: ['s3:ListBucket'], resources: [bucket()], conditions: {} }])
    },
  )
})

/** Of our own set, as a template has it. */
const ruleArn = () => {
  const set = { Ref: stack.idOf('AWS::SES::ReceiptRuleSet') }
  return inThisAccount('ses', 'receipt-rule-set/', set, `:receipt-rule/${ruleName(stack)}`)
}

describe('the receipt rule', () => {
  it('may call the function that takes mail, from this account only', () => {
    const permissions = stack
      .all('AWS::Lambda::Permission')
      .filter(([, { Properties }]) => Properties['Principal'] === 'ses.amazonaws.com')
    expect(permissions.map(([, { Properties }]) => Properties)).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: att(stack.functionId('email-received'), 'Arn'),
        Principal: 'ses.amazonaws.com',
        SourceAccount: { Ref: 'AWS::AccountId' },
        SourceArn: ruleArn(),
      },
    ])
  })

  it('is made once it may do what it says: SES tries both', () => {
    const [permission = ['']] = stack
      .all('AWS::Lambda::Permission')
      .filter(([, { Properties }]) => Properties['Principal'] === 'ses.amazonaws.com')
    expect(stack.only('AWS::SES::ReceiptRule').DependsOn).toEqual(
      expect.arrayContaining([
        permission[0],
        stack.idOf('AWS::S3::BucketPolicy', 'EmailReceivingBucketPolicy'),
      ]),
    )
  })

  it('has a name that SES takes, however long that of the stack is', () => {
    expect(ruleName(stack)).toMatch(/^[A-Za-z0-9]{1,63}$/)
  })

  it('is in a set of our own that only an operator can make the active one, and an output says so', () => {
    expect(output(stack, 'ReceiptRuleSet')).toEqual({ Ref: stack.idOf('AWS::SES::ReceiptRuleSet') })
    expect(stack.template.findOutputs('ReceiptRuleSet')['ReceiptRuleSet']?.['Description']).toContain(
      'only once it is the active one',
    )
  })

  it('in a set that exists is bound to that set, and nothing is to be activated', async () => {
    const named = await synthesize({ config: receivingWith({ receiptRuleSet: 'company-mail' }) })
    expect(output(named, 'ReceiptRuleSet')).toBeUndefined()
    const { Statement } = named.only('AWS::S3::BucketPolicy', 'EmailReceivingBucketPolicy').Properties[
      'PolicyDocument'
    ]
    expect(Statement[1].Condition.StringEquals['aws:SourceArn']).toEqual(
      inThisAccount('ses', `receipt-rule-set/company-mail:receipt-rule/${ruleName(named)}`),
    )
  })
})

describe('the sweep of the inbox', () => {
  it('runs every minute, and keeps in a queue that a run failed: its event names nobody', () => {
    const schedule = stack
      .all('AWS::Scheduler::Schedule')
      .find(
        ([, { Properties }]) => Properties['Target'].Arn['Fn::GetAtt'][0] === stack.functionId('inbox-sweep'),
      )
    expect(schedule?.[1].Properties).toMatchObject({ ScheduleExpression: 'rate(1 minute)' })
    expect(schedule?.[1].Properties['Target']).not.toHaveProperty('Input')
  })

  it('tells of mail older than an hour, and a quarter of an hour without a word is an alarm, too', () => {
    expect(stack.alarm('OldestMail').Properties).toMatchObject({
      Namespace: 'Test',
      MetricName: 'oldestMailSeconds',
      Dimensions: [{ Name: 'service', Value: 'inbox-sweep' }],
      Statistic: 'Maximum',
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 3600,
      Period: 300,
      EvaluationPeriods: 3,
      TreatMissingData: 'breaching',
    })
    expect(stack.fn('inbox-sweep').Properties['Environment'].Variables['METRIC_NAMESPACE']).toBe('Test')
  })
})

describe('the region of the stack', () => {
  it.each(['ap-southeast-1', 'us-west-1', 'eu-central-1'])(
    'may be %s, where SES takes mail',
    async (region) => {
      await expect(synthesize({ config: company, env: { region } })).resolves.toBeDefined()
    },
  )

  it.each(['ap-southeast-5', 'eu-central-2', 'ap-south-2', 'eu-south-2'])(
    'refuses %s, where SES takes no mail, and says where it does',
    async (region) => {
      await expect(synthesize({ config: company, env: { region } })).rejects.toThrow(
        `SES takes no mail in ${region}: deploy to one of us-east-1, us-east-2`,
      )
    },
  )

  it('is not looked at where only the deploy knows it', async () => {
    await expect(synthesize({ config: company })).resolves.toBeDefined()
  })
})
