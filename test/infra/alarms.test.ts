import { Match } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Synthesized, synthesize } from '../fixtures/stack.ts'

let stack: Synthesized

beforeAll(async () => {
  stack = await synthesize()
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
            Condition: Match.objectLike({
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            }),
          }),
        ]),
      },
    })
    const alarms = stack.all('AWS::CloudWatch::Alarm')
    expect(alarms).toHaveLength(5)
    for (const [, { Properties }] of alarms) {
      expect(Properties).toMatchObject({
        AlarmActions: [{ Ref: topic }],
        OKActions: [{ Ref: topic }],
        TreatMissingData: 'notBreaching',
      })
    }
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
