import { beforeAll, describe, expect, it } from 'vitest'
import company from '../../deletion.config.ts'
import { HURT } from '../../infra/constructs/alarms/articles.ts'
import type { DeletionConfig } from '../../shared/config/define.ts'
import { roleOf, statementsOf } from '../fixtures/deployed/policies.ts'
import {
  att,
  type Json,
  type Synthesized,
  synthesize,
  synthesized,
  withoutEmail,
} from '../fixtures/deployed/stack.ts'

const email = { address: 'xoa@mail.example.com', identity: 'email' } as const
const sendingOnly: DeletionConfig = { ...withoutEmail, email }
let stack: Synthesized
beforeAll(async () => {
  stack = await synthesized('company')
})

describe('without email', () => {
  it('nothing of it is there', async () => {
    const bare = await synthesized('withoutEmail')
    for (const type of ['AWS::SES::EmailIdentity', 'AWS::SES::ReceiptRule']) {
      expect([type, bare.all(type)]).toEqual([type, []])
    }
    const routes = bare.all('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties['RouteKey'])
    expect(routes.filter((route) => /request|confirm|withdraw/.test(route))).toEqual([])
  })

  it('that only sends, nothing comes in, and people ask by the form', async () => {
    const sending = await synthesize({ config: sendingOnly })
    for (const type of ['AWS::SES::ReceiptRule', 'AWS::SES::ReceiptRuleSet']) {
      expect([type, sending.all(type)]).toEqual([type, []])
    }
    const routes = sending.all('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties['RouteKey'])
    expect(routes).toContain('POST /request')
    expect(sending.all('AWS::SES::EmailIdentity')).toHaveLength(1)
  })
})

describe('mail that comes in', () => {
  const bucket = () => stack.idOf('AWS::S3::Bucket', 'EmailReceivingBucket')

  it('is taken by TLS only, looked at for spam and viruses, stored, and then told of', () => {
    expect(stack.only('AWS::SES::ReceiptRule').Properties['Rule']).toEqual({
      Name: expect.any(String),
      Enabled: true,
      Recipients: ['xoa-du-lieu@mail.example.com'],
      TlsPolicy: 'Require',
      ScanEnabled: true,
      Actions: [
        { S3Action: { BucketName: { Ref: bucket() }, ObjectKeyPrefix: 'inbox/' } },
        {
          LambdaAction: {
            FunctionArn: att(stack.functionId('email-received'), 'Arn'),
            InvocationType: 'Event',
          },
        },
      ],
    })
  })

  it('lies encrypted, for nobody else to read, and not for long', () => {
    expect(stack.only('AWS::S3::Bucket', 'EmailReceivingBucket').Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: {
        Rules: expect.arrayContaining([
          expect.objectContaining({ Prefix: 'inbox/', ExpirationInDays: 3, Status: 'Enabled' }),
          expect.objectContaining({ Prefix: 'replies/', ExpirationInDays: 30, Status: 'Enabled' }),
        ]),
      },
    })
    expect(stack.only('AWS::S3::Bucket', 'EmailReceivingBucket').Properties).not.toHaveProperty(
      'VersioningConfiguration',
    )
  })

  it('is put there by this account’s rule and by no other', () => {
    const { Statement } = stack.only('AWS::S3::BucketPolicy', 'EmailReceivingBucketPolicy').Properties[
      'PolicyDocument'
    ]
    const ses = Statement.find((one: Json) => one.Principal?.Service === 'ses.amazonaws.com')
    expect(ses).toMatchObject({
      Effect: 'Allow',
      Action: 's3:PutObject',
      Condition: {
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' }, 'aws:SourceArn': expect.anything() },
      },
    })
    expect(JSON.stringify(ses.Resource)).toContain('/inbox/*')
  })

  it('is never kept by a failed event, which holds its headers', () => {
    const config = stack
      .all('AWS::Lambda::EventInvokeConfig')
      .find(([, { Properties }]) => Properties['FunctionName'].Ref === stack.functionId('email-received'))
    expect(config?.[1].Properties).toMatchObject({
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 21_600,
    })
    expect(config?.[1].Properties).not.toHaveProperty('DestinationConfig')
    expect(stack.fn('email-received').Properties).not.toHaveProperty('DeadLetterConfig')
  })

  it.each(['email-received', 'inbox-sweep'] as const)(
    'is read and forgotten by %s, which puts nothing but replies',
    (name) => {
      const s3 = statementsOf(stack, roleOf(stack, name)).filter(({ actions }) =>
        actions.some((action: string) => action.startsWith('s3:')),
      )
      const granted = s3.map(({ actions, resources }) => [actions.toSorted(), JSON.stringify(resources)])
      expect(granted).toEqual([
        [['s3:DeleteObject', 's3:GetObject'], expect.stringContaining('/inbox/*')],
        [['s3:PutObject'], expect.stringContaining('/replies/*')],
        [['s3:ListBucket'], expect.not.stringContaining('*')],
      ])
    },
  )

  it('alarms when it waits for an hour, or when nobody looks', () => {
    expect(stack.alarm('OldestMail').Properties).toMatchObject({
      MetricName: 'oldestMailSeconds',
      Namespace: 'Test',
      Threshold: 3600,
      TreatMissingData: 'breaching',
    })
  })

  it('goes through an existing rule set where the configuration names one, and makes none', async () => {
    const config = { ...withoutEmail, email: { ...email, receiving: { receiptRuleSet: 'company-mail' } } }
    const named = await synthesize({ config })
    expect(named.all('AWS::SES::ReceiptRuleSet')).toEqual([])
    expect(named.only('AWS::SES::ReceiptRule').Properties['RuleSetName']).toBe('company-mail')
  })

  it('is refused at synth in a region where SES takes none in', async () => {
    const env = { region: 'eu-south-2', account: '111122223333' }
    await expect(synthesize({ config: company, env })).rejects.toThrow(/SES takes no mail in eu-south-2/)
  })
})

describe('mail that goes out', () => {
  it('is sent by one function, from one address, with reports', () => {
    const [send, ...more] = statementsOf(stack, roleOf(stack, 'notify')).filter(({ actions }) =>
      actions.some((action: string) => action.startsWith('ses:')),
    )
    expect(more).toEqual([])
    expect(send).toMatchObject({
      actions: ['ses:SendRawEmail'],
      conditions: { StringEquals: { 'ses:FromAddress': 'xoa-du-lieu@mail.example.com' } },
    })
    expect(JSON.stringify(send?.resources)).not.toContain('*')
    const others = ['email-received', 'request-form', 'confirm', 'mail-events', 'erase', 'status'] as const
    for (const name of others) {
      const actions = statementsOf(stack, roleOf(stack, name)).flatMap((one) => one.actions)
      expect(actions.filter((action: string) => action.startsWith('ses:'))).toEqual([])
    }
  })

  it('goes encrypted, with keys of the domain, and comes back to a subdomain of it', () => {
    expect(stack.only('AWS::SES::ConfigurationSet').Properties['DeliveryOptions']).toEqual({
      TlsPolicy: 'REQUIRE',
    })
    expect(stack.only('AWS::SES::EmailIdentity').Properties).toMatchObject({
      EmailIdentity: 'mail.example.com',
      MailFromAttributes: { MailFromDomain: 'bounce.mail.example.com' },
    })
    const outputs = Object.entries(stack.template.findOutputs('*'))
    const records = outputs.filter(([name]) => name.startsWith('MailRecord'))
    expect(records.map(([, one]) => JSON.stringify(one['Value']))).toEqual(
      expect.arrayContaining([
        expect.stringContaining('CNAME'),
        expect.stringContaining('feedback-smtp.'),
        expect.stringContaining('v=spf1'),
        expect.stringContaining('inbound-smtp.'),
      ]),
    )
  })

  it('is rung for by the ledger’s stream: what is due, and nothing else', () => {
    const mapping = stack
      .all('AWS::Lambda::EventSourceMapping')
      .find(([, { Properties }]) => Properties['FunctionName'].Ref === stack.functionId('notify'))
    const { FilterCriteria, ...properties } = mapping?.[1].Properties ?? {}
    expect(properties).toMatchObject({
      BatchSize: 10,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 5,
      StartingPosition: 'TRIM_HORIZON',
      DestinationConfig: { OnFailure: { Destination: expect.anything() } },
    })
    expect(JSON.parse(FilterCriteria.Filters[0].Pattern)).toEqual({
      eventName: ['INSERT', 'MODIFY'],
      dynamodb: { NewImage: { sk: { S: [{ prefix: 'NOTICE#' }] }, state: { S: ['due'] } } },
    })
  })

  it('is reported by SES to this stack alone, and a report that fails is kept nowhere', () => {
    const rules = stack.all('AWS::Events::Rule').map(([, { Properties }]) => Properties)
    const [rule = {}, ...more] = rules.filter((one) => one['EventPattern'].source.includes('aws.ses'))
    expect(more).toEqual([])
    expect(rule['EventPattern']).toMatchObject({
      detail: { mail: { tags: { 'ses:configuration-set': [expect.anything()] } } },
    })
    expect(rule['Targets'][0]).not.toHaveProperty('DeadLetterConfig')
    expect(
      stack.only('AWS::SES::ConfigurationSetEventDestination').Properties['EventDestination'],
    ).toMatchObject({
      Enabled: true,
      MatchingEventTypes: ['send', 'delivery', 'reject', 'bounce', 'complaint'],
    })
  })

  it.each(['MailNotSent', 'MailBounced', 'MailReports', 'NoticeDeadLetters'])('alarms: %s', (name) => {
    expect(stack.alarm(name).Properties).toMatchObject({ Threshold: 0, AlarmActions: [expect.anything()] })
  })
})

describe('every alarm, with mail', () => {
  it('says who is hurt and names its article in the runbook; and no other is promised', () => {
    const told = stack
      .all('AWS::CloudWatch::Alarm')
      .map(([, { Properties }]) => String(Properties['AlarmDescription']))
    const articles = told.map((text) => /^Hurt: .+ See docs\/runbook\.md#(\w+)\.$/.exec(text)?.[1])
    const promised = Object.keys(HURT).map((name) => name.toLowerCase())
    expect(articles).toHaveLength(promised.length)
    expect(new Set(articles)).toEqual(new Set(promised))
  })
})
