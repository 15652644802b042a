import { describe, expect, it } from 'vitest'
import sample from '../../deletion.config.ts'
import type { Table } from '../../shared/data-map/data-map.ts'
import { roleOf, statementsOf } from '../fixtures/deployed/policies.ts'
import {
  assertionsOf,
  configWith,
  inThisAccount,
  type Json,
  synthesize,
  synthesized,
} from '../fixtures/deployed/stack.ts'

const KMS = 'arn:aws:kms:ap-southeast-1:111122223333:key/0000'

const { app, ...others } = sample.dataMap.tables
if (!app) throw new Error('the sample has a table named app')
const withApp = (parts: Partial<Table>) =>
  configWith({ dataMap: { ...sample.dataMap, tables: { app: { ...app, ...parts }, ...others } } })

describe('the company’s tables', () => {
  it('are those of this account and region, by name', async () => {
    const stack = await synthesized('withoutEmail')
    const table = (name: string) => inThisAccount('dynamodb', `table/${name}`)
    const named = statementsOf(stack, roleOf(stack, 'view')).flatMap(({ resources }) => resources)
    expect(named).toEqual(expect.arrayContaining([table('Shop'), table('Shop/index/byFb')]))
  })

  it('are refused when they are more than a function can be told of', async () => {
    const tablesNaming = async (letters: number) => {
      const stack = await synthesize({ config: withApp({ name: 'x'.repeat(letters) }) })
      return stack.fn('erase').Properties['Environment'].Variables['TABLES'] as string
    }
    const letters = 3500 - (await tablesNaming(1)).length + 1
    expect(await tablesNaming(letters)).toHaveLength(3500)
    await expect(tablesNaming(letters + 1)).rejects.toThrow(
      'tables take 3501 bytes as a setting, and Lambda has room for 3500 there: give them shorter keys',
    )
  })
})

describe('a table with a key of its own', () => {
  it('holds the stack to the region of the key', async () => {
    const config = withApp({ kmsKeyArn: KMS })
    const anywhere = await synthesize({ config })
    expect(assertionsOf(anywhere)).toEqual([
      {
        Assert: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'ap-southeast-1'] },
        AssertDescription: 'The key of table Shop is of ap-southeast-1: deploy the stack there',
      },
    ])
    const here = await synthesize({ config, env: { region: 'ap-southeast-1' } })
    expect(assertionsOf(here)).toEqual([])
  })

  it('gives its readers and its eraser that key, through DynamoDB only', async () => {
    const of = await synthesize({ config: withApp({ kmsKeyArn: KMS }) })
    const grants = of
      .all('AWS::IAM::Policy')
      .flatMap(([id, { Properties }]) =>
        Properties['PolicyDocument'].Statement.filter(({ Action }: Json) =>
          [Action].flat().some((one: string) => one.startsWith('kms:')),
        ).map((statement: Json) => [id.replace(/Role.*/, ''), statement] as const),
      )
    const read = ['kms:Decrypt', 'kms:DescribeKey']
    const write = [
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ]
    expect(Object.fromEntries(grants.map(([name, { Action }]) => [name, Action]))).toEqual({
      Erase: [...read, ...write].toSorted(),
      Operate: read,
      Retention: read,
      View: read,
    })
    for (const [, { Resource, Condition }] of grants) {
      expect(Resource).toBe(KMS)
      expect(JSON.stringify(Condition)).toBe(
        '{"StringEquals":{"kms:ViaService":{"Fn::Join":["",["dynamodb.",{"Ref":"AWS::Region"},".amazonaws.com"]]}}}',
      )
    }
  })
})
