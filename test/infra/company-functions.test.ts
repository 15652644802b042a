import { App } from 'aws-cdk-lib'
import { Annotations, Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import sample from '../../deletion.config.ts'
import { DataDeletionStack } from '../../infra/stack.ts'
import type { DataMap, Holding } from '../../shared/data-map/data-map.ts'
import { bundles, configWith, type Json, synthesize } from '../fixtures/deployed/stack.ts'

const ARN = 'arn:aws:lambda:ap-southeast-1:111122223333:function:erase-files'
const files: Holding = { function: ARN, action: 'erase', category: 'orders', scope: 'account' }
const dataMap: DataMap = { ...sample.dataMap, holdings: { ...sample.dataMap.holdings, files } }

describe('a function of the company', () => {
  it('may be invoked by the eraser, and by no one else', async () => {
    const stack = await synthesize({ config: configWith({ dataMap }) })
    const grants = stack
      .all('AWS::IAM::Policy')
      .flatMap(([id, { Properties }]) =>
        Properties['PolicyDocument'].Statement.filter(({ Resource }: Json) =>
          JSON.stringify(Resource).includes('erase-files'),
        ).map(({ Action, Resource }: Json) => [id.replace(/Role.*/, ''), Action, Resource] as const),
      )
    expect(grants).toEqual([['Erase', 'lambda:InvokeFunction', ARN]])
  })

  it('must be of the stack’s own region', async () => {
    const env = { region: 'eu-west-1', account: '111122223333' }
    const config = configWith({ dataMap })
    const stack = new DataDeletionStack(new App(), 'Test', { config, bundles: await bundles(), env })
    const errors = Annotations.fromStack(stack).findError(
      '*',
      Match.stringLikeRegexp('The function .*:erase-files is of ap-southeast-1, the stack of eu-west-1'),
    )
    expect(errors).toHaveLength(1)
  })
})
