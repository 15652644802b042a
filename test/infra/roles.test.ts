/** Who may do what, by the template alone. */
import { beforeAll, describe, expect, it } from 'vitest'
import sample from '../../deletion.config.ts'
import { LEDGER_TABLE } from '../../infra/local/engines/tables.ts'
import type { FunctionName } from '../../infra/wiring.ts'
import type { DataMap, Holding, Table } from '../../shared/data-map/data-map.ts'
import { tableHoldings } from '../../shared/data-map/holdings.ts'
import { demandsOf, tableArn } from '../fixtures/deployed/demands.ts'
import {
  grantFor,
  grantsOf,
  policiesOf,
  resolved,
  roleOf,
  rolesOf,
  statementsIn,
  statementsOf,
} from '../fixtures/deployed/policies.ts'
import {
  att,
  configWith,
  type Json,
  NAMES_WITHOUT_EMAIL,
  type Synthesized,
  synthesize,
  synthesized,
} from '../fixtures/deployed/stack.ts'

const NAMES = NAMES_WITHOUT_EMAIL

let stack: Synthesized
beforeAll(async () => {
  stack = await synthesized('withoutEmail')
})

/** Roles with a statement like this. */
const rolesWith = (isIt: (action: string, resource: Json) => boolean): readonly string[] =>
  rolesOf(stack).filter((role) =>
    statementsOf(stack, role).some(({ actions, resources }) =>
      actions.some((action) => resources.some((resource) => isIt(action, resource))),
    ),
  )
const isSame = (a: Json, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b)

describe('among all roles', () => {
  it('only the eraser’s may delete from a table of the company, and who decides, from the ledger', () => {
    const deletes = /^dynamodb:(?:Delete|BatchWrite|PartiQL|\*)/
    const ledger = att(stack.idOf('AWS::DynamoDB::GlobalTable'), 'Arn')
    const isOf = (resource: Json): boolean => isSame(resource, ledger)
    expect(rolesWith((action, of) => deletes.test(action) && !isOf(of))).toEqual([roleOf(stack, 'erase')])
    expect(rolesWith((action, of) => deletes.test(action) && isOf(of))).toEqual([
      roleOf(stack, 'erase'),
      roleOf(stack, 'operate'),
    ])
  })

  it('only the pipe’s may send to the erasure queue, and the queue lets nobody else', () => {
    const queue = stack.only('AWS::Lambda::EventSourceMapping').Properties['EventSourceArn']
    const isSend = (action: string, resource: Json) => action === 'sqs:SendMessage' && isSame(resource, queue)
    const { RoleArn, Target } = stack.only('AWS::Pipes::Pipe').Properties
    expect(Target).toEqual(queue)
    expect(rolesWith(isSend).map((role) => att(role, 'Arn'))).toEqual([RoleArn])
    const said = stack
      .all('AWS::SQS::QueuePolicy')
      .flatMap(([, { Properties }]) => Properties['PolicyDocument'].Statement)
    expect(said.filter(({ Effect }: Json) => Effect !== 'Deny')).toEqual([])
  })

  it('view’s can write nothing but its log', () => {
    const actions = new Set(
      statementsOf(stack, roleOf(stack, 'view')).flatMap((statement) => statement.actions),
    )
    expect([...actions].toSorted()).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:Query',
      'dynamodb:Scan',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'secretsmanager:GetSecretValue',
    ])
  })

  it('the eraser’s names the tables of the holdings and no others', () => {
    const { tables } = sample.dataMap
    const mapped = tableHoldings(sample.dataMap).map(([, { table }]) => tableArn(tables[table]?.name ?? ''))
    const granted = grantsOf(stack, 'erase')
      .filter(({ action }) => action.startsWith('dynamodb:'))
      .map(({ resource }) => resource.replace(/\/index\/.*/, ''))
    expect(new Set(granted)).toEqual(new Set([tableArn(LEDGER_TABLE), ...mapped]))
  })

  it('none has an action that stands for several', () => {
    const actions = policiesOf(stack)
      .flatMap(statementsIn)
      .flatMap((statement) => statement.actions)
    expect(actions.length).toBeGreaterThan(0)
    expect(actions.filter((action) => /[*?]/.test(action))).toEqual([])
  })

  it('none has a resource that stands for several, but for what has no resource', () => {
    const wide = policiesOf(stack)
      .flatMap(statementsIn)
      .filter(({ resources }) => /[*?]/.test(JSON.stringify(resources)))
    // Shows names of streams only; IAM cannot narrow it, and EventBridge demands it of every pipe.
    const streams = { actions: ['dynamodb:ListStreams'], resources: ['*'], conditions: {} }
    const entries = { 'Fn::Join': ['', [att(stack.idOf('AWS::S3::Bucket'), 'Arn'), '/erasures/*']] }
    const journal = (action: string) => ({ actions: [action], resources: [entries], conditions: {} })
    expect(wide).toHaveLength(3)
    expect(wide).toEqual(expect.arrayContaining([streams, journal('s3:PutObject'), journal('s3:GetObject')]))
  })
})

describe('the role', () => {
  const trusted = (service: string) => ({
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: service },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ],
    Version: '2012-10-17',
  })
  const queue = (place: string) => att(stack.idOf('AWS::SQS::Queue', place), 'Arn')

  it('of the pipe lets it read the stream, ring, and keep what it gave up on', () => {
    const { AssumeRolePolicyDocument, Policies } = stack.only('AWS::IAM::Role', 'DoorbellRole').Properties
    expect(AssumeRolePolicyDocument).toEqual(trusted('pipes.amazonaws.com'))
    expect(Policies).toEqual([
      {
        PolicyName: 'Doorbell',
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
              Resource: att(stack.idOf('AWS::DynamoDB::GlobalTable'), 'StreamArn'),
            },
            { Effect: 'Allow', Action: 'dynamodb:ListStreams', Resource: '*' },
            {
              Effect: 'Allow',
              Action: 'sqs:SendMessage',
              Resource: [queue('DoorbellDead'), queue('ErasureQueue')],
            },
            {
              Effect: 'Allow',
              Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              Resource: att(stack.idOf('AWS::Logs::LogGroup', 'DoorbellLog'), 'Arn'),
            },
          ],
          Version: '2012-10-17',
        },
      },
    ])
  })

  it('of the schedules lets them start their functions, and keep what they could not', () => {
    const { AssumeRolePolicyDocument, Policies } = stack.only('AWS::IAM::Role', 'SchedulesRole').Properties
    expect(AssumeRolePolicyDocument).toEqual(trusted('scheduler.amazonaws.com'))
    expect(Policies).toEqual([
      {
        PolicyName: 'Schedules',
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Action: 'lambda:InvokeFunction',
              Resource: (['retention', 'sweep'] as const).map((name) => att(stack.functionId(name), 'Arn')),
            },
            { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queue('SchedulesDead') },
          ],
          Version: '2012-10-17',
        },
      },
    ])
  })

  it('of the sweep lets it send its failures to the schedules’ dead-letter queue, and nowhere else', () => {
    const sent = statementsOf(stack, roleOf(stack, 'sweep')).filter(({ actions }) =>
      actions.includes('sqs:SendMessage'),
    )
    expect(sent.flatMap(({ resources }) => resources)).toEqual([queue('SchedulesDead')])
  })
})

const TABLE = 'Shop'
const KEY = { PK: { S: 'USER#u1' }, SK: { S: 'PROFILE' } }
const update = (UpdateExpression: string, names: Readonly<Record<string, string>> = {}) => ({
  TableName: TABLE,
  Key: KEY,
  UpdateExpression,
  ConditionExpression: 'attribute_exists(#key)',
  ExpressionAttributeNames: { '#key': 'PK', ...names },
})
const batch = (write: Json, table = TABLE) => ({
  RequestItems: { [table]: [{ DeleteRequest: { Key: KEY } }, write] },
})
const inTransaction = (part: Json) => ({ TransactItems: [part] })

const isAllowed = (name: FunctionName, operation: string, input: Record<string, unknown>): boolean =>
  demandsOf({ operation, input }).every((demand) => grantFor(grantsOf(stack, name), demand) !== undefined)

describe('the policies', () => {
  it.each<[what: string, FunctionName, string, Record<string, unknown>]>([
    ['a find', 'erase', 'Query', { TableName: TABLE }],
    ['a find by an index', 'erase', 'Query', { TableName: TABLE, IndexName: 'byFb' }],
    ['deletes in a batch', 'erase', 'BatchWriteItem', batch({ DeleteRequest: { Key: KEY } })],
    ['a redaction', 'erase', 'UpdateItem', update('REMOVE #r0, metaPicture', { '#r0': 'metaName' })],
    ['a step of a request', 'sweep', 'PutItem', { TableName: LEDGER_TABLE, Item: KEY }],
    [
      'a step in a transaction',
      'sweep',
      'TransactWriteItems',
      inTransaction({ Put: { TableName: LEDGER_TABLE } }),
    ],
    ['a secret', 'meta-callback', 'GetSecretValue', { SecretId: 'local/meta' }],
  ])('allow %s', (_what, name, operation, input) => {
    expect(isAllowed(name, operation, input)).toBe(true)
  })

  it.each<[what: string, FunctionName, string, Record<string, unknown>]>([
    ['another table', 'erase', 'Query', { TableName: 'Counters' }],
    ['a table that begins alike', 'erase', 'Query', { TableName: `${TABLE}s` }],
    ['another index', 'erase', 'Query', { TableName: TABLE, IndexName: 'byName' }],
    ['the open rows to the eraser', 'erase', 'Query', { TableName: LEDGER_TABLE, IndexName: 'open' }],
    ['another table in a batch', 'erase', 'BatchWriteItem', batch({ DeleteRequest: { Key: KEY } }, 'Bills')],
    [
      'a put in a batch',
      'erase',
      'BatchWriteItem',
      batch({ PutRequest: { Item: { ...KEY, name: { S: 'x' } } } }),
    ],
    ['a put', 'erase', 'PutItem', { TableName: TABLE, Item: KEY }],
    [
      'a put in a transaction',
      'erase',
      'TransactWriteItems',
      inTransaction({ Put: { TableName: TABLE, Item: KEY } }),
    ],
    ['a change to another attribute', 'erase', 'UpdateItem', update('SET #s0 = :s0', { '#s0': 'email' })],
    ['a change to one not given a name', 'erase', 'UpdateItem', update('SET email = :s0')],
    ['a change to a part of another attribute', 'erase', 'UpdateItem', update('REMOVE address.metaName[0]')],
    [
      'a copy of another attribute',
      'erase',
      'UpdateItem',
      update('SET metaName = if_not_exists(email, :none)'),
    ],
    ['a statement in PartiQL', 'erase', 'ExecuteStatement', { Statement: 'DELETE FROM "Shop"' }],
    ['statements in PartiQL', 'erase', 'BatchExecuteStatement', { Statements: [] }],
    ['the app secrets to the eraser', 'erase', 'GetSecretValue', { SecretId: 'local/meta' }],
    ['a write by view', 'view', 'PutItem', { TableName: LEDGER_TABLE, Item: KEY }],
    ['a change by view', 'view', 'UpdateItem', update('REMOVE metaName')],
    ['a delete by the sweep', 'sweep', 'DeleteItem', { TableName: LEDGER_TABLE, Key: KEY }],
    [
      'a delete by the sweep in a transaction',
      'sweep',
      'TransactWriteItems',
      inTransaction({ Delete: { TableName: LEDGER_TABLE, Key: KEY } }),
    ],
    ['a company’s table to the sweep', 'sweep', 'Query', { TableName: TABLE }],
    ['a company’s table to the callback', 'meta-callback', 'GetItem', { TableName: TABLE, Key: KEY }],
    ['a scan by the status page', 'status', 'Scan', { TableName: LEDGER_TABLE }],
    ['the seal to the status page', 'status', 'GetSecretValue', { SecretId: 'local/seal' }],
    ['the seal to view', 'view', 'GetSecretValue', { SecretId: 'local/seal' }],
    ['the index to who takes complaints', 'complaint', 'GetSecretValue', { SecretId: 'local/index' }],
    ['many rows to who takes complaints', 'complaint', 'Query', { TableName: LEDGER_TABLE }],
    ['a delete by who takes complaints', 'complaint', 'DeleteItem', { TableName: LEDGER_TABLE, Key: KEY }],
    ['a company’s table to who takes complaints', 'complaint', 'GetItem', { TableName: TABLE, Key: KEY }],
  ])('refuse %s', (_what, name, operation, input) => {
    expect(isAllowed(name, operation, input)).toBe(false)
  })
})

describe('the reading of policies', () => {
  /** Every policy with this in each of its statements. */
  const saying = (more: Json): Synthesized => ({
    ...stack,
    all: (type) =>
      stack.all(type).map(([id, { Properties }]) => {
        const { PolicyDocument: document } = Properties
        const Statement = document?.Statement.map((statement: Json) => ({ ...statement, ...more }))
        return [id, { Properties: { ...Properties, PolicyDocument: { ...document, Statement } } }]
      }),
  })

  it.each([
    ['another operator', { Condition: { StringEquals: { 'dynamodb:Attributes': ['PK'] } } }],
    ['another key', { Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['PK'] } } }],
    ['a denial', { Effect: 'Deny' }],
    ['all resources but some', { NotResource: '*' }],
  ])('stops at %s', (_what, more) => {
    expect(() => grantsOf(saying(more), 'erase')).toThrow('is not read here')
  })

  it('passes over keys in KMS, which no engine here has', () => {
    const more = { Action: 'kms:Decrypt', Condition: { StringEquals: { 'kms:ViaService': 'dynamodb' } } }
    expect(grantsOf(saying(more), 'erase')).toEqual([])
  })
})

describe('an adopter with sixty tables', () => {
  const IAM_INLINE_PER_ROLE = 10_240
  const IAM_MANAGED = 6144
  const IAM_MANAGED_PER_ROLE = 10

  it('gets policies of a size that IAM takes', async () => {
    const wide = await synthesize({ config: configWith({ dataMap: sixtyTables() }) })
    const policies = policiesOf(wide)
    const charactersOf = (document: Json) => JSON.stringify(document, shown).length
    for (const name of NAMES) {
      const own = policies.filter(({ roles }) => roles.includes(roleOf(wide, name)))
      const inline = own.filter(({ kind }) => kind === 'inline').map(({ document }) => charactersOf(document))
      const managed = own
        .filter(({ kind }) => kind === 'managed')
        .map(({ document }) => charactersOf(document))
      expect(inline.reduce((sum, characters) => sum + characters, 0)).toBeLessThanOrEqual(IAM_INLINE_PER_ROLE)
      expect(Math.max(0, ...managed)).toBeLessThanOrEqual(IAM_MANAGED)
      expect(managed.length).toBeLessThanOrEqual(IAM_MANAGED_PER_ROLE)
    }
    const named = grantsOf(wide, 'erase').filter(({ resource }) => resource.includes(':table/a-table-'))
    expect(new Set(named.map(({ resource }) => resource.replace(/\/index\/.*/, ''))).size).toBe(60)
  })

  /** A value that CloudFormation has yet to fill in, as long as an address of this stack's may be. */
  const shown = (_key: string, value: Json): Json =>
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).some((name) => /^(?:Ref|Fn::)/.test(name))
      ? resolved(value, () => 'x'.repeat(120))
      : value
})

/** Each with items to erase, and others to redact by an index. */
function sixtyTables(): DataMap {
  const numbers = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'))
  const table = (n: string): Table => ({
    name: `a-table-of-some-service-in-production-${n}`,
    key: { partition: 'S', sort: 'S' },
    indexes: { byPerson: { key: { person: 'S' } } },
    backupsKeptFor: 'P35D',
  })
  const at = { category: 'profile', scope: 'account' } as const
  const erased = (n: string): Holding => ({
    ...at,
    table: `t${n}`,
    find: { partition: 'USER#{userId}' },
    action: 'erase',
  })
  const redacted = (n: string): Holding => ({
    ...at,
    table: `t${n}`,
    find: { index: 'byPerson', person: '{userId}' },
    owner: { person: '{userId}' },
    action: { redact: { name: 'remove', address: 'remove' } },
  })
  return {
    ...sample.dataMap,
    tables: Object.fromEntries(numbers.map((n) => [`t${n}`, table(n)])),
    holdings: Object.fromEntries(
      numbers.flatMap((n) => [
        [`erased${n}`, erased(n)],
        [`redacted${n}`, redacted(n)],
      ]),
    ),
  }
}
