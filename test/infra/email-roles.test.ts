/** Who may do what once there is mail: what roles.test.ts holds without it, held with it. */
import { beforeAll, describe, expect, it } from 'vitest'
import company from '../../deletion.config.ts'
import { LEDGER_TABLE } from '../../infra/local/engines/tables.ts'
import { type FunctionName, functionsOf } from '../../infra/wiring.ts'
import { tableArn } from '../fixtures/deployed/demands.ts'
import {
  grantsOf,
  policiesOf,
  roleOf,
  rolesOf,
  statementsIn,
  statementsOf,
} from '../fixtures/deployed/policies.ts'
import { att, type Synthesized, synthesized } from '../fixtures/deployed/stack.ts'

const ADDED: readonly FunctionName[] = [
  'email-received',
  'inbox-sweep',
  'request-form',
  'confirm',
  'notify',
  'mail-events',
]

let stack: Synthesized
beforeAll(async () => {
  stack = await synthesized('company')
})

const actionsOf = (name: FunctionName): readonly string[] =>
  statementsOf(stack, roleOf(stack, name)).flatMap(({ actions }) => actions)

describe('with mail', () => {
  it('none has an action that stands for several', () => {
    const actions = policiesOf(stack)
      .flatMap(statementsIn)
      .flatMap((statement) => statement.actions)
    expect(actions.filter((action) => /[*?]/.test(action))).toEqual([])
  })

  it('none has a resource that stands for several, but for the names of streams, two folders of mail and the journal', () => {
    const bucket = att(stack.idOf('AWS::S3::Bucket', 'EmailReceivingBucket'), 'Arn')
    const folder = (name: string) => ({ 'Fn::Join': ['', [bucket, `/${name}/*`]] })
    const inbox = {
      actions: ['s3:DeleteObject', 's3:GetObject'],
      resources: [folder('inbox')],
      conditions: {},
    }
    const replies = { actions: ['s3:PutObject'], resources: [folder('replies')], conditions: {} }
    const wide = policiesOf(stack)
      .flatMap(statementsIn)
      .filter(({ resources }) => /[*?]/.test(JSON.stringify(resources)))
    const ofMail = wide.filter(({ resources }) => !JSON.stringify(resources).includes('/erasures/*'))
    expect(wide).toHaveLength(ofMail.length + 2)
    expect(ofMail).toEqual([
      { actions: ['dynamodb:ListStreams'], resources: ['*'], conditions: {} },
      inbox,
      replies,
      inbox,
      replies,
    ])
  })

  it('only the eraser’s may delete from the company’s tables, and beside it those may from the ledger, that take requests back', () => {
    const deletes = /^dynamodb:(?:Delete|BatchWrite|PartiQL|\*)/
    const able = rolesOf(stack).filter((role) =>
      statementsOf(stack, role).some(({ actions }) => actions.some((action) => deletes.test(action))),
    )
    expect(able.toSorted()).toEqual(
      [roleOf(stack, 'confirm'), roleOf(stack, 'erase'), roleOf(stack, 'operate')].toSorted(),
    )
  })

  it.each(ADDED)('%s reaches no table but the ledger', (name) => {
    const tables = grantsOf(stack, name)
      .filter(({ action, resource }) => action.startsWith('dynamodb:') && !resource.includes('/stream/'))
      .map(({ resource }) => resource)
    expect(new Set(tables)).toEqual(new Set([tableArn(LEDGER_TABLE)]))
  })

  it.each<[FunctionName, readonly string[]]>([
    ['email-received', ['GetItem', 'PutItem']],
    ['inbox-sweep', ['GetItem', 'PutItem']],
    ['request-form', ['GetItem', 'PutItem', 'UpdateItem']],
    ['confirm', ['ConditionCheckItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem']],
    ['mail-events', ['GetItem', 'PutItem']],
  ])('%s does to the ledger what its code does, and no more', (name, expected) => {
    const actions = actionsOf(name).filter((action) => action.startsWith('dynamodb:'))
    expect(actions.toSorted()).toEqual(expected.map((action) => `dynamodb:${action}`))
  })

  it('nobody but the sender may send mail, and nobody at all change how it goes', () => {
    const able = functionsOf(company).filter((name) =>
      actionsOf(name).some((action) => action.startsWith('ses:')),
    )
    expect(able).toEqual(['notify'])
  })

  it('every alarm goes to the topic', () => {
    const topic = { Ref: stack.idOf('AWS::SNS::Topic') }
    const alarms = stack.all('AWS::CloudWatch::Alarm')
    expect(alarms).toHaveLength(24)
    for (const [, { Properties }] of alarms) {
      expect(Properties).toMatchObject({ AlarmActions: [topic], OKActions: [topic] })
    }
  })

  it('every queue is encrypted, and every one but the erasure’s is for dead letters', () => {
    const queues = stack.all('AWS::SQS::Queue')
    expect(queues.map(([id]) => id.replace(/[0-9A-F]{8}$/, '')).toSorted()).toEqual([
      'DoorbellDead',
      'ErasureQueue',
      'ErasureQueueDead',
      'NoticesDead',
      'SchedulesDead',
    ])
    for (const [, { Properties }] of queues) expect(Properties['SqsManagedSseEnabled']).toBe(true)
  })
})
