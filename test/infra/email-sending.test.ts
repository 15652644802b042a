/** What a deploy makes for mail that goes out, beyond what email.test.ts holds. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { FunctionName } from '../../infra/wiring.ts'
import { roleOf, statementsOf } from '../fixtures/deployed/policies.ts'
import { att, inThisAccount, type Json, type Synthesized, synthesized } from '../fixtures/deployed/stack.ts'

let stack: Synthesized
beforeAll(async () => {
  stack = await synthesized('company')
})

const identity = () => stack.idOf('AWS::SES::EmailIdentity', 'EmailSendingIdentity')
const set = () => stack.idOf('AWS::SES::ConfigurationSet', 'EmailSendingSet')
const filtersOf = (name: string): readonly Json[] =>
  stack
    .all('AWS::Logs::MetricFilter')
    .filter(([id]) => id.startsWith(`Alarms${name}Line`))
    .map(([, { Properties }]) => Properties)
const logOf = (name: FunctionName): Json => stack.fn(name).Properties['LoggingConfig'].LogGroup
const asyncOf = (name: FunctionName): Json =>
  stack
    .all('AWS::Lambda::EventInvokeConfig')
    .find(([, { Properties }]) => Properties['FunctionName'].Ref === stack.functionId(name))?.[1].Properties

describe('the sender', () => {
  it('may use the domain and the configuration set of this stack, and only as our address', () => {
    const sends = statementsOf(stack, roleOf(stack, 'notify')).filter(({ actions }) =>
      actions.some((action) => action.startsWith('ses:')),
    )
    expect(sends).toEqual([
      {
        actions: ['ses:SendRawEmail'],
        resources: expect.arrayContaining([
          inThisAccount('ses', 'identity/', { Ref: identity() }),
          inThisAccount('ses', 'configuration-set/', { Ref: set() }),
        ]),
        conditions: { StringEquals: { 'ses:FromAddress': 'xoa-du-lieu@mail.example.com' } },
      },
    ])
    expect(sends[0]?.resources).toHaveLength(2)
  })

  it('is told of the configuration set, or nothing would be reported', () => {
    expect(stack.fn('notify').Properties['Environment'].Variables['CONFIGURATION_SET']).toEqual({
      Ref: set(),
    })
  })

  it('reads the stream and keeps where it gave up, and can do no more with either', () => {
    const statements = statementsOf(stack, roleOf(stack, 'notify'))
    const stream = att(stack.idOf('AWS::DynamoDB::GlobalTable'), 'StreamArn')
    const onStream = statements.filter(
      ({ resources }) => JSON.stringify(resources) === JSON.stringify([stream]),
    )
    expect(onStream.flatMap(({ actions }) => actions).toSorted()).toEqual([
      'dynamodb:DescribeStream',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'dynamodb:ListStreams',
    ])
    const dead = att(stack.idOf('AWS::SQS::Queue', 'NoticesDead'), 'Arn')
    expect(statements.filter(({ actions }) => actions.some((action) => action.startsWith('sqs:')))).toEqual([
      { actions: ['sqs:SendMessage'], resources: [dead], conditions: {} },
    ])
  })

  it('sends for one stretch of the stream at a time, and keeps in a queue where it gave up, never what it read', () => {
    const mapping = stack
      .all('AWS::Lambda::EventSourceMapping')
      .find(([, { Properties }]) => Properties['FunctionName'].Ref === stack.functionId('notify'))
    expect(mapping?.[1].Properties).toMatchObject({
      EventSourceArn: att(stack.idOf('AWS::DynamoDB::GlobalTable'), 'StreamArn'),
      ParallelizationFactor: 1,
      MaximumRecordAgeInSeconds: 3600,
      // A bucket would be given the records themselves.
      DestinationConfig: {
        OnFailure: { Destination: att(stack.idOf('AWS::SQS::Queue', 'NoticesDead'), 'Arn') },
      },
    })
    expect(stack.alarm('NoticeDeadLetters').Properties['Dimensions'][0].Value).toEqual(
      att(stack.idOf('AWS::SQS::Queue', 'NoticesDead'), 'QueueName'),
    )
  })
})

describe('what SES keeps and says', () => {
  it('never comes back as a mail that names people', () => {
    expect(stack.only('AWS::SES::EmailIdentity').Properties['FeedbackAttributes']).toEqual({
      EmailForwardingEnabled: false,
    })
  })

  it('never follows who opens a mail or a link', () => {
    const { MatchingEventTypes } = stack.only('AWS::SES::ConfigurationSetEventDestination').Properties[
      'EventDestination'
    ]
    expect(MatchingEventTypes).toContain('bounce')
    for (const followed of ['open', 'click']) expect(MatchingEventTypes).not.toContain(followed)
    expect(stack.only('AWS::SES::ConfigurationSet').Properties).not.toHaveProperty('TrackingOptions')
  })

  it('is a list of nobody but those who complained', () => {
    expect(stack.only('AWS::SES::ConfigurationSet').Properties['SuppressionOptions']).toEqual({
      SuppressedReasons: ['COMPLAINT'],
    })
  })

  it('is reported by the bus of the account, for our configuration set alone', () => {
    const { EventBridgeDestination } = stack.only('AWS::SES::ConfigurationSetEventDestination').Properties[
      'EventDestination'
    ]
    expect(JSON.stringify(EventBridgeDestination['EventBusArn'])).toContain(':event-bus/default')
    const rule = stack.only('AWS::Events::Rule', 'EmailSendingReportRule').Properties
    expect(rule).not.toHaveProperty('EventBusName')
    expect(rule['EventPattern'].detail.mail.tags).toEqual({
      'ses:configuration-set': [{ Ref: set() }],
    })
    expect(rule['Targets']).toHaveLength(1)
    expect(rule['Targets'][0].Arn).toEqual(att(stack.functionId('mail-events'), 'Arn'))
  })
})

describe('a report that cannot be taken', () => {
  it('is tried twice more, and never kept: it names whom the mail went to', () => {
    expect(asyncOf('mail-events')).toEqual({
      FunctionName: { Ref: stack.functionId('mail-events') },
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 21_600,
    })
    expect(stack.fn('mail-events').Properties).not.toHaveProperty('DeadLetterConfig')
  })

  it.each([
    ['MailReports', 'Errors'],
    ['LostReports', 'AsyncEventsDropped'],
  ])('alarms, as %s, by the function’s %s', (name, MetricName) => {
    const alarms = stack
      .all('AWS::CloudWatch::Alarm')
      .filter(([id]) => id.replace(/[0-9A-F]{8}$/, '') === `Alarms${name}`)
    expect(alarms.map(([, { Properties }]) => Properties)).toEqual([
      expect.objectContaining({
        Namespace: 'AWS/Lambda',
        MetricName,
        Statistic: 'Sum',
        Dimensions: [{ Name: 'FunctionName', Value: { Ref: stack.functionId('mail-events') } }],
      }),
    ])
  })
})

describe('a person who gets no mail', () => {
  it.each<[alarm: string, pattern: string, words: readonly string[], FunctionName[]]>([
    ['MailNotSent', '"MAIL_NOT_SENT"', ['MAIL_NOT_SENT'], ['notify', 'sweep']],
    [
      'MailBounced',
      '?"MAIL_BOUNCED" ?"MAIL_COMPLAINED"',
      ['MAIL_BOUNCED', 'MAIL_COMPLAINED'],
      ['mail-events'],
    ],
  ])('is told of by %s, in the log of each that says so', (name, pattern, words, functions) => {
    const filters = filtersOf(name)
    expect(filters.map(({ LogGroupName }) => LogGroupName)).toEqual(functions.map(logOf))
    expect(filters.map(({ FilterPattern }) => FilterPattern)).toEqual(functions.map(() => pattern))
    for (const one of functions) {
      const code = readFileSync(join(stack.codeOf(one), 'index.mjs'), 'utf8')
      for (const word of words) expect(code).toContain(`"${word}"`)
    }
  })
})

describe('the outputs', () => {
  it('name every DNS record of mail, and what it is good for', () => {
    const records = Object.entries(stack.template.findOutputs('*')).filter(([name]) =>
      name.startsWith('MailRecord'),
    )
    const at = (name: string) => att(identity(), name)
    const region = { Ref: 'AWS::Region' }
    expect(records.map(([, one]) => one['Value'])).toEqual([
      ...[1, 2, 3].map((n) => ({
        'Fn::Join': ['', [at(`DkimDNSTokenName${n}`), ' CNAME ', at(`DkimDNSTokenValue${n}`)]],
      })),
      {
        'Fn::Join': ['', ['bounce.mail.example.com MX 10 feedback-smtp.', region, '.amazonses.com']],
      },
      'bounce.mail.example.com TXT "v=spf1 include:amazonses.com ~all"',
      '_dmarc.mail.example.com TXT "v=DMARC1; p=none"',
      { 'Fn::Join': ['', ['mail.example.com MX 10 inbound-smtp.', region, '.amazonaws.com']] },
    ])
    for (const [, one] of records) expect(one['Description']).toMatch(/^DNS record for mail\. [A-Z]/)
  })
})
