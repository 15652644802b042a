import { Stack } from 'aws-cdk-lib'
import { CfnQueue } from 'aws-cdk-lib/aws-sqs'
import { describe, expect, it } from 'vitest'
import { synthesize, validatedApp } from '../fixtures/stack.ts'

describe('the validation at synth', () => {
  it('lets the stack through', async () => {
    await expect(synthesize()).resolves.toBeDefined()
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
