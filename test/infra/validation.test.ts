import { Stack } from 'aws-cdk-lib'
import { CfnQueue } from 'aws-cdk-lib/aws-sqs'
import { describe, expect, it } from 'vitest'
import company from '../../deletion.config.ts'
import { synthesize, validatedApp, withoutEmail } from '../fixtures/deployed/stack.ts'

describe('the validation at synth', () => {
  const domain = {
    name: 'delete.example.com',
    certificateArn:
      'arn:aws:acm:ap-southeast-1:111122223333:certificate/00000000-0000-4000-8000-000000000001',
  }
  const { shop } = company.apps
  if (!shop) throw new TypeError('the sample company has an app of this name')
  it.each([
    ['without mail, with one app', { config: { ...withoutEmail, apps: { shop } } }],
    [
      'without mail, with a domain and three apps',
      { config: { ...withoutEmail, apps: { shop, two: shop, three: shop } }, domain },
    ],
    ['with mail, a domain and one app', { config: { ...company, apps: { shop } }, domain }],
    ['with mail and three apps', { config: { ...company, apps: { shop, two: shop, three: shop } } }],
  ])('lets the stack through %s', async (_what, props) => {
    await expect(synthesize(props)).resolves.toBeDefined()
  })

  it('refuses what CloudFormation would refuse', () => {
    const app = validatedApp()
    const queue = new CfnQueue(new Stack(app, 'Test'), 'Queue', { visibilityTimeout: 60 })
    queue.addPropertyOverride('VisibilityTimeout', 'a minute')
    expect(() => app.synth()).toThrow('CloudFormation-Validate')
  })

  it('refuses what the security rules refuse', () => {
    const app = validatedApp()
    const queue = new CfnQueue(new Stack(app, 'Test'), 'Queue', { sqsManagedSseEnabled: false })
    expect(queue.ref).toBeDefined()
    expect(() => app.synth()).toThrow('AwsSolutions-SQS4')
  })
})
