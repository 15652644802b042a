import { LambdaClient } from '@aws-sdk/client-lambda'
import { describe, expect, it } from 'vitest'
import { lambdaCompanyFunctions } from '../../../../shared/erasure/company-functions/company-functions-lambda.ts'
import type { OutsideEvent } from '../../../../shared/person/company-function.ts'
import { aRequest } from '../../../fixtures/companies/request.ts'

const EVENT: OutsideEvent = {
  version: 1,
  request: aRequest().key,
  phase: 'plan',
  identities: { userId: ['u1'] },
}

/** A function whose answer a test sets, and what it was invoked with. */
function functionThat(answer: { readonly Payload?: Uint8Array; readonly FunctionError?: string }) {
  const client = new LambdaClient({ region: 'eu-west-1' })
  const inputs: unknown[] = []
  client.middlewareStack.add(
    () => async (args) => {
      inputs.push(args.input)
      return { response: undefined, output: { $metadata: {}, ...answer } }
    },
    { step: 'initialize' },
  )
  return { inputs, invoke: () => lambdaCompanyFunctions(client).invoke('arn', EVENT) }
}
const text = (words: string) => new TextEncoder().encode(words)

describe('a function of the company', () => {
  it('is invoked with the event, and its answer awaited', async () => {
    const { inputs, invoke } = functionThat({ Payload: text('{"items":1,"done":true}') })
    expect(await invoke()).toEqual({ items: 1, done: true })
    expect(inputs).toEqual([
      { FunctionName: 'arn', InvocationType: 'RequestResponse', Payload: Buffer.from(JSON.stringify(EVENT)) },
    ])
  })

  it.each([
    ['ended in an error', { FunctionError: 'Unhandled', Payload: text('{"items":0,"done":true}') }],
    ['answered no JSON', { Payload: text('jane@example.com') }],
    ['answered nothing', {}],
  ])('has failed if it %s, and what it said is not repeated', async (_how, answer) => {
    const failed = functionThat(answer).invoke()
    await expect(failed).rejects.toMatchObject({ code: 'FUNCTION_FAILED' })
    await expect(failed).rejects.not.toThrow(/jane/)
  })
})
