import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import sample from '../../deletion.config.ts'
import { entryOf, FUNCTIONS, type FunctionName, functionConfig } from '../../infra/wiring.ts'
import { SETTINGS } from '../../shared/platform/settings.ts'
import { roleOf, statementsOf } from '../fixtures/deployed/policies.ts'
import { att, bundles, type Json, type Synthesized, synthesized } from '../fixtures/deployed/stack.ts'

const NAMES = Object.keys(FUNCTIONS) as FunctionName[]
const sha = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')
let stack: Synthesized

beforeAll(async () => {
  stack = await synthesized('company')
})

describe('the functions', () => {
  it.each(NAMES)('runs %s on arm64 and Node 24, with a log of its own that ends', (name) => {
    const { Properties } = stack.fn(name)
    const entry = entryOf(name)
    expect(Properties).toMatchObject({
      Architectures: ['arm64'],
      Runtime: 'nodejs24.x',
      Handler: `index.${entry.handler}`,
      Timeout: entry.timeoutSeconds,
      MemorySize: entry.memoryMb,
    })
    expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions')
    expect(Properties).not.toHaveProperty('VpcConfig')
    const { Ref: log } = Properties['LoggingConfig'].LogGroup
    const users = stack
      .all('AWS::Lambda::Function')
      .filter(([, one]) => one.Properties['LoggingConfig'].LogGroup.Ref === log)
    expect(users).toHaveLength(1)
    expect(stack.all('AWS::Logs::LogGroup').find(([id]) => id === log)?.[1]).toMatchObject({
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
      Properties: { RetentionInDays: 90 },
    })
  })

  it.each(NAMES)(
    'ships %s as the bundle that npm start -- --bundled runs, with its own config beside it',
    async (name) => {
      const code = stack.codeOf(name)
      expect(readdirSync(code).toSorted()).toEqual(['config.json', 'index.mjs'])
      expect(sha(join(code, 'index.mjs'))).toBe(sha(join(await bundles(), name, 'index.mjs')))
      const config = functionConfig(name, sample)
      expect(JSON.parse(readFileSync(join(code, 'config.json'), 'utf8'))).toEqual(
        JSON.parse(JSON.stringify(config)),
      )
    },
  )

  it.each(NAMES)('gives %s the settings it reads, and no other', (name) => {
    const wanted = FUNCTIONS[name].settings.filter((one) => one !== 'pauseScale')
    const given = Object.keys(stack.fn(name).Properties['Environment'].Variables)
    expect(given.toSorted()).toEqual(wanted.map((one) => SETTINGS[one].env).toSorted())
  })

  it.each<[setting: string, secret: string, names: readonly FunctionName[]]>([
    [
      'INDEX_SECRET_ID',
      'Index',
      [
        'meta-callback',
        'erase',
        'retention',
        'view',
        'operate',
        'email-received',
        'inbox-sweep',
        'request-form',
      ],
    ],
    [
      'SEAL_SECRET_ID',
      'Seal',
      [
        'meta-callback',
        'complaint',
        'erase',
        'retention',
        'operate',
        'email-received',
        'inbox-sweep',
        'request-form',
        'notify',
      ],
    ],
    ['TOKEN_SECRET_ID', 'Token', ['confirm', 'notify']],
    ['RECEIPT_SECRET_ID', 'Receipt', ['receipt']],
    ['META_SECRET_ID', 'Apps', ['meta-callback']],
  ])('hands %s, which is the secret %s, to those that need it and may read it', (setting, secret, names) => {
    const id = stack.idOf('AWS::SecretsManager::Secret', `Secrets${secret}`)
    for (const name of NAMES) {
      const isNeeded = names.includes(name)
      const reads = statementsOf(stack, roleOf(stack, name))
        .filter(({ actions }) => actions.includes('secretsmanager:GetSecretValue'))
        .flatMap(({ resources }) => resources)
      const { Variables } = stack.fn(name).Properties['Environment']
      expect(Variables[setting]).toEqual(isNeeded ? { Ref: id } : undefined)
      expect(reads.some(({ Ref }: Json) => Ref === id)).toBe(isNeeded)
    }
  })

  it('tells the eraser the names of the company’s tables', () => {
    const { TABLES } = stack.fn('erase').Properties['Environment'].Variables
    expect(JSON.parse(TABLES)).toMatchObject({ app: 'Shop', lines: 'OrderLines' })
  })
})

describe('the operator’s tool', () => {
  it.each(['view', 'operate'] as const)('lets only IAM principals call %s, by its address alone', (name) => {
    const url = stack
      .all('AWS::Lambda::Url')
      .find(
        ([, { Properties }]) => Properties['TargetFunctionArn']['Fn::GetAtt'][0] === stack.functionId(name),
      )
    expect(url?.[1].Properties['AuthType']).toBe('AWS_IAM')
    const policies = stack
      .all('AWS::IAM::ManagedPolicy')
      .filter(([, one]) => JSON.stringify(one).includes(`"${stack.functionId(name)}"`))
    expect(policies).toHaveLength(1)
    expect(policies[0]?.[1].Properties['PolicyDocument'].Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunctionUrl',
        Resource: att(stack.functionId(name), 'Arn'),
        Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
      },
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: att(stack.functionId(name), 'Arn'),
        Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
      },
      { Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: { Ref: 'AWS::StackId' } },
    ])
  })

  it('lets nobody else invoke a function but the API, of SES what comes in and what is reported, and what tells of restores', () => {
    const invokers = stack.all('AWS::Lambda::Permission').map(([, { Properties }]) => {
      expect(Properties).toMatchObject({ Action: 'lambda:InvokeFunction', SourceArn: expect.anything() })
      return `${Properties['Principal']} ${JSON.stringify(Properties['FunctionName'])}`
    })
    const others = invokers.filter((one) => !one.startsWith('apigateway.amazonaws.com'))
    expect(others.toSorted()).toEqual([
      expect.stringContaining(`events.amazonaws.com {"Fn::GetAtt":["${stack.functionId('mail-events')}"`),
      expect.stringContaining(`events.amazonaws.com {"Fn::GetAtt":["${stack.functionId('restores')}"`),
      expect.stringContaining(`ses.amazonaws.com {"Fn::GetAtt":["${stack.functionId('email-received')}"`),
    ])
  })
})
