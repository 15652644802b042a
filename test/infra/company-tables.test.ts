import { describe, expect, it } from 'vitest'
import sample from '../../deletion.config.ts'
import { configWith, type Json, synthesize } from '../fixtures/stack.ts'

const KMS = 'arn:aws:kms:ap-southeast-1:111122223333:key/0000'

describe('a table with a key of its own', () => {
  it('gives its readers and its eraser that key, through DynamoDB only', async () => {
    const { app, ...others } = sample.dataMap.tables
    if (!app) throw new Error('the sample has a table named app')
    const dataMap = { ...sample.dataMap, tables: { app: { ...app, kmsKeyArn: KMS }, ...others } }
    const of = await synthesize({ config: configWith({ dataMap }) })
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
