import { SESClient } from '@aws-sdk/client-ses'
import { expect, it } from 'vitest'
import { activateRuleSet } from '../../../shared/email/rule-set-ses.ts'

/** What SES would be asked, where this rule set is the active one. */
function sesWith(active: string | undefined) {
  const client = new SESClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
  const asked: (readonly [string, unknown])[] = []
  client.middlewareStack.add(
    (_next, context) => async (args) => {
      asked.push([String(context['commandName']).replace('Command', ''), args.input])
      const Metadata = active === undefined ? undefined : { Name: active }
      return { response: undefined, output: { $metadata: {}, Metadata } as never }
    },
    { step: 'initialize' },
  )
  return { client, asked }
}

it('a rule set becomes the active one where there is none', async () => {
  const { client, asked } = sesWith(undefined)
  expect(await activateRuleSet(client, 'ours')).toEqual({ is: 'activated' })
  expect(asked).toEqual([
    ['DescribeActiveReceiptRuleSet', {}],
    ['SetActiveReceiptRuleSet', { RuleSetName: 'ours' }],
  ])
})

it('the active one is left as it is', async () => {
  const { client, asked } = sesWith('ours')
  expect(await activateRuleSet(client, 'ours')).toEqual({ is: 'active already' })
  expect(asked).toHaveLength(1)
})

it('never silences the mail of another', async () => {
  const { client, asked } = sesWith('company-mail')
  expect(await activateRuleSet(client, 'ours')).toEqual({ is: 'other', active: 'company-mail' })
  expect(asked).toHaveLength(1)
})
