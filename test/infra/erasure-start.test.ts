import { isDeepStrictEqual } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { PIPE } from '../../infra/wiring.ts'
import { att, type Synthesized, synthesized } from '../fixtures/deployed/stack.ts'

let stack: Synthesized

beforeAll(async () => {
  stack = await synthesized('withoutEmail')
})

describe('the doorbell', () => {
  it('rings with the request key of rows that become ready, as the local pipe does', () => {
    const { SourceParameters, TargetParameters, Source, Target } = stack.only('AWS::Pipes::Pipe').Properties
    expect(
      SourceParameters.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern)),
    ).toEqual([PIPE.filter])
    expect(TargetParameters).toEqual({ InputTemplate: PIPE.inputTemplate })
    expect(Source['Fn::GetAtt'][1]).toBe('StreamArn')
    expect(Target).toEqual(att(stack.idOf('AWS::SQS::Queue', 'ErasureQueue'), 'Arn'))
  })

  it('gives up on a record after a while, and keeps where it was in a queue', () => {
    const { DynamoDBStreamParameters } = stack.only('AWS::Pipes::Pipe').Properties['SourceParameters']
    expect(DynamoDBStreamParameters).toEqual({
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 10,
      MaximumRetryAttempts: 5,
      MaximumRecordAgeInSeconds: 3600,
      OnPartialBatchItemFailure: 'AUTOMATIC_BISECT',
      DeadLetterConfig: { Arn: att(stack.idOf('AWS::SQS::Queue', 'DoorbellDead'), 'Arn') },
    })
  })

  it('logs errors, and never what a record holds', () => {
    const { LogConfiguration } = stack.only('AWS::Pipes::Pipe').Properties
    expect(LogConfiguration).toEqual({
      Level: 'ERROR',
      CloudwatchLogsLogDestination: {
        LogGroupArn: att(stack.idOf('AWS::Logs::LogGroup', 'DoorbellLog'), 'Arn'),
      },
    })
    expect(stack.only('AWS::Logs::LogGroup', 'DoorbellLog')).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: {
        LogGroupName: { 'Fn::Join': ['', ['/aws/vendedlogs/', { Ref: 'AWS::StackName' }, '/pipe']] },
        RetentionInDays: 90,
      },
    })
  })

  it.each(['ExecutionFailed', 'ExecutionPartiallyFailed', 'ExecutionThrottled', 'ExecutionTimeout'])(
    'raises an alarm of its own for %s: one over several metrics may stay silent when they come late',
    (MetricName) => {
      const { Properties } = stack.alarm(`Doorbell${MetricName}`)
      const [[pipe] = ['']] = stack.all('AWS::Pipes::Pipe')
      expect(Properties).toMatchObject({
        Namespace: 'AWS/EventBridge/Pipes',
        MetricName,
        Dimensions: [{ Name: 'PipeName', Value: { Ref: pipe } }],
        Statistic: 'Sum',
      })
      expect(Properties).not.toHaveProperty('Metrics')
    },
  )

  it('raises an alarm when it has given up', () => {
    expect(stack.alarm('DoorbellDeadLetters').Properties['Dimensions'][0].Value).toEqual(
      att(stack.idOf('AWS::SQS::Queue', 'DoorbellDead'), 'QueueName'),
    )
  })
})

describe('the dead-letter queues', () => {
  it.each(['ErasureQueueDead', 'DoorbellDead', 'SchedulesDead'])('keep, as %s, for two weeks', (place) => {
    expect(stack.only('AWS::SQS::Queue', place)).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: { MessageRetentionPeriod: 14 * 24 * 3600, SqsManagedSseEnabled: true },
    })
  })
})

describe('the erasure queue', () => {
  it('keeps a message for two weeks in all, be it here or with those that could not run', () => {
    const { Properties } = stack.only('AWS::SQS::Queue', 'ErasureQueue')
    const dead = stack.idOf('AWS::SQS::Queue', 'ErasureQueueDead')
    expect(Properties).toMatchObject({
      MessageRetentionPeriod: 14 * 24 * 3600,
      VisibilityTimeout: 720,
      RedrivePolicy: { deadLetterTargetArn: att(dead, 'Arn'), maxReceiveCount: 5 },
    })
    expect(stack.alarm('ErasureDeadLetters').Properties['Dimensions'][0].Value).toEqual(
      att(dead, 'QueueName'),
    )
  })

  it('rings one eraser per message, a few at a time', () => {
    expect(stack.only('AWS::Lambda::EventSourceMapping').Properties).toMatchObject({
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 5 },
      EventSourceArn: att(stack.idOf('AWS::SQS::Queue', 'ErasureQueue'), 'Arn'),
      FunctionName: { Ref: stack.functionId('erase') },
    })
  })
})

describe('the schedules', () => {
  it('are those of the functions that there are', () => {
    expect(stack.all('AWS::Scheduler::Schedule')).toHaveLength(2)
  })

  it.each([
    ['sweep', 'rate(1 minute)', 60],
    ['retention', 'rate(60 minutes)', 3600],
  ] as const)(
    'start %s as often as the wiring says, and keep in a queue what was not started or failed',
    (name, rate, seconds) => {
      expect(stack.only('AWS::Scheduler::Schedule', `Schedules${name}`).Properties).toMatchObject({
        ScheduleExpression: rate,
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: att(stack.functionId(name), 'Arn'),
          RoleArn: att(stack.idOf('AWS::IAM::Role', 'SchedulesRole'), 'Arn'),
          DeadLetterConfig: { Arn: att(stack.idOf('AWS::SQS::Queue', 'SchedulesDead'), 'Arn') },
          RetryPolicy: { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: seconds },
        },
      })
      const invoked = stack
        .all('AWS::Lambda::EventInvokeConfig')
        .map(([, { Properties }]) => Properties)
        .find(({ FunctionName }) => isDeepStrictEqual(FunctionName, { Ref: stack.functionId(name) }))
      expect(invoked).toEqual({
        FunctionName: { Ref: stack.functionId(name) },
        Qualifier: '$LATEST',
        MaximumRetryAttempts: 0,
        MaximumEventAgeInSeconds: seconds,
        DestinationConfig: {
          OnFailure: { Destination: att(stack.idOf('AWS::SQS::Queue', 'SchedulesDead'), 'Arn') },
        },
      })
    },
  )

  it('raise an alarm for what is in that queue', () => {
    expect(stack.alarm('ScheduleDeadLetters').Properties['Dimensions'][0].Value).toEqual(
      att(stack.idOf('AWS::SQS::Queue', 'SchedulesDead'), 'QueueName'),
    )
  })
})
