import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Match } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import type { FunctionName } from '../../infra/wiring.ts'
import { inThisAccount, type Synthesized, synthesize, synthesized } from '../fixtures/deployed/stack.ts'

let stack: Synthesized

beforeAll(async () => {
  stack = await synthesized('withoutEmail')
})

describe('the alarms', () => {
  it('all go to a topic that CloudWatch may publish to', () => {
    const [[topic] = ['']] = stack.all('AWS::SNS::Topic')
    expect(stack.only('AWS::SNS::Topic').Properties).not.toHaveProperty('KmsMasterKeyId')
    stack.template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      Topics: [{ Ref: topic }],
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: 'sns:Publish',
            Resource: { Ref: topic },
            Condition: {
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              ArnLike: { 'aws:SourceArn': inThisAccount('cloudwatch', 'alarm:*') },
            },
          }),
        ]),
      },
    })
    for (const [, { Properties }] of stack.all('AWS::CloudWatch::Alarm')) {
      expect(Properties).toMatchObject({ AlarmActions: [{ Ref: topic }], OKActions: [{ Ref: topic }] })
    }
  })

  it('look every minute for anything above zero, in whatever unit it is published', () => {
    const alarms = stack
      .all('AWS::CloudWatch::Alarm')
      .filter(
        ([id]) =>
          !/SweepSilent|RetentionSilent|RestoreNotReplayed|DeadlineNear|RequestOverdue|CallbackForgeries/.test(
            id,
          ),
      )
    expect(alarms).toHaveLength(12)
    for (const [, { Properties }] of alarms) {
      expect(Properties).toMatchObject({
        Period: 60,
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 0,
        EvaluationPeriods: 1,
        TreatMissingData: 'notBreaching',
      })
    }
    expect(JSON.stringify(alarms)).not.toContain('"Unit"')
  })

  it.each(['ErasureDeadLetters', 'DoorbellDeadLetters', 'ScheduleDeadLetters'])(
    'tell, as %s, of every message that nobody could handle',
    (name) => {
      expect(stack.alarm(name).Properties).toMatchObject({
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Statistic: 'Maximum',
      })
    },
  )

  it('tell of requests that need an operator, by a line of the eraser’s or the sweep’s', () => {
    const filters = stack
      .all('AWS::Logs::MetricFilter')
      .filter(([id]) => id.includes('NeedsOperator'))
      .map(([, { Properties }]) => Properties)
    const logOf = (name: FunctionName) => stack.fn(name).Properties['LoggingConfig'].LogGroup
    expect(filters.map(({ LogGroupName }) => LogGroupName)).toEqual([logOf('erase'), logOf('sweep')])
    for (const { FilterPattern, MetricTransformations } of filters) {
      expect(FilterPattern).toBe('"REQUEST_NEEDS_OPERATOR"')
      expect(MetricTransformations).toEqual([
        { MetricNamespace: 'Test', MetricName: 'NeedsOperator', MetricValue: '1' },
      ])
    }
    for (const name of ['erase', 'sweep'] as const) {
      expect(readFileSync(join(stack.codeOf(name), 'index.mjs'), 'utf8')).toContain(
        '"REQUEST_NEEDS_OPERATOR"',
      )
    }
    expect(stack.alarm('NeedsOperator').Properties).toMatchObject({
      Namespace: 'Test',
      MetricName: 'NeedsOperator',
      Statistic: 'Sum',
    })
  })

  it('tell of ten requests in a row that found nothing, by a line of the eraser’s', () => {
    const [filter, ...more] = stack
      .all('AWS::Logs::MetricFilter')
      .filter(([id]) => id.includes('NothingFoundInARow'))
      .map(([, { Properties }]) => Properties)
    expect(more).toEqual([])
    expect(filter).toMatchObject({
      LogGroupName: stack.fn('erase').Properties['LoggingConfig'].LogGroup,
      FilterPattern: '"NOTHING_FOUND_IN_A_ROW"',
      MetricTransformations: [
        { MetricNamespace: 'Test', MetricName: 'NothingFoundInARow', MetricValue: '1' },
      ],
    })
    expect(readFileSync(join(stack.codeOf('erase'), 'index.mjs'), 'utf8')).toContain(
      '"NOTHING_FOUND_IN_A_ROW"',
    )
    expect(stack.alarm('NothingFoundInARow').Properties).toMatchObject({
      Namespace: 'Test',
      MetricName: 'NothingFoundInARow',
      Statistic: 'Sum',
    })
    expect(stack.fn('erase').Properties['Environment'].Variables['METRIC_NAMESPACE']).toBe('Test')
  })

  it('tell of a complaint, by a line of the function that takes them', () => {
    const filters = stack.all('AWS::Logs::MetricFilter').filter(([id]) => id.includes('ComplaintReceived'))
    expect(filters.map(([, { Properties }]) => Properties)).toMatchObject([
      {
        LogGroupName: stack.fn('complaint').Properties['LoggingConfig'].LogGroup,
        FilterPattern: '"COMPLAINT_RECEIVED"',
        MetricTransformations: [
          { MetricNamespace: 'Test', MetricName: 'ComplaintReceived', MetricValue: '1' },
        ],
      },
    ])
    expect(readFileSync(join(stack.codeOf('complaint'), 'index.mjs'), 'utf8')).toContain(
      '"COMPLAINT_RECEIVED"',
    )
    expect(stack.alarm('ComplaintReceived').Properties).toMatchObject({
      Namespace: 'Test',
      MetricName: 'ComplaintReceived',
      Statistic: 'Sum',
    })
  })

  it.each([
    ['SweepSilent', 'sweep', 300],
    ['RetentionSilent', 'retention', 3600],
  ] as const)(
    'tell, as %s, when %s is silent, for then there is no number either',
    (alarm, name, seconds) => {
      expect(stack.alarm(alarm).Properties).toMatchObject({
        Namespace: 'AWS/Lambda',
        MetricName: 'Invocations',
        Dimensions: [{ Name: 'FunctionName', Value: { Ref: stack.functionId(name) } }],
        Period: seconds,
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        EvaluationPeriods: 3,
        TreatMissingData: 'breaching',
      })
    },
  )

  it.each([
    // Five days: the law of Vietnam.
    ['DeadlineNear', 432_000],
    ['RequestOverdue', 0],
  ])('tell, as %s, of a deadline, by a number of the sweep’s', (name, threshold) => {
    expect(stack.alarm(name).Properties).toMatchObject({
      Namespace: 'Test',
      MetricName: 'secondsToDue',
      Dimensions: [{ Name: 'service', Value: 'sweep' }],
      Statistic: 'Minimum',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: threshold,
      TreatMissingData: 'notBreaching',
    })
    expect(stack.fn('sweep').Properties['Environment'].Variables['METRIC_NAMESPACE']).toBe('Test')
  })

  it('tell of ten forged calls in five minutes, by a line of the callback’s', () => {
    const filters = stack.all('AWS::Logs::MetricFilter').filter(([id]) => id.includes('CallbackForgeries'))
    expect(filters.map(([, { Properties }]) => Properties)).toMatchObject([
      {
        LogGroupName: stack.fn('meta-callback').Properties['LoggingConfig'].LogGroup,
        FilterPattern: '"SIGNED_REQUEST_FORGED"',
      },
    ])
    expect(stack.alarm('CallbackForgeries').Properties).toMatchObject({
      Period: 300,
      Threshold: 10,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    })
  })

  it('stand beside a dashboard that shows what the functions measure', () => {
    const shown = JSON.stringify(stack.only('AWS::CloudWatch::Dashboard', 'WatchDashboard').Properties)
    for (const metric of [
      'requestsCompleted',
      'openRequests',
      'oldestOpenSeconds',
      'secondsToDue',
      'itemsErased',
    ]) {
      expect(shown).toContain(metric)
    }
    for (const metric of ['Throttles', 'Errors']) expect(shown).toContain(metric)
  })

  it('are mailed to whoever is named', async () => {
    expect(stack.all('AWS::SNS::Subscription')).toHaveLength(0)
    const mailed = await synthesize({ alarmEmail: 'ops@example.com' })
    mailed.template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    })
  })
})
