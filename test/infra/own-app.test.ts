/** The construct in an app of somebody's own, with tables that are constructs. */
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { AttributeType, ProjectionType, Table, TableEncryption, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { describe, expect, it } from 'vitest'
import sample from '../../deletion.config.ts'
import type { DataDeletionProps } from '../../infra/constructs/props.ts'
import { DataDeletion } from '../../infra/data-deletion.ts'
import {
  bundles,
  configWith,
  type Json,
  synthesized,
  validatedApp,
  withoutEmail,
} from '../fixtures/deployed/stack.ts'

const { STRING, NUMBER } = AttributeType
const built = await bundles()
const privacy = (stack: Stack, props: Partial<DataDeletionProps> = {}, id = 'Privacy') =>
  new DataDeletion(stack, id, { config: withoutEmail, bundles: built, ...props })

/** Chat of the sample company, with what may be wrong about it. */
const chat = (stack: Stack, { key = 'thread', index = 'byAuthor', by = 'author', name = 'Chat' } = {}) => {
  const table = new Table(stack, 'Chat', {
    tableName: name,
    partitionKey: { name: key, type: STRING },
    sortKey: { name: 'message', type: NUMBER },
    encryption: TableEncryption.AWS_MANAGED,
  })
  table.addGlobalSecondaryIndex({ indexName: index, partitionKey: { name: by, type: STRING } })
  return table
}

describe('a DataDeletion', () => {
  it('passes the validation within a stack of somebody’s own, under any id', async () => {
    const app = validatedApp()
    const stack = new Stack(app, 'Shop')
    const lines = new TableV2(stack, 'Lines', {
      partitionKey: { name: 'orderNo', type: STRING },
      sortKey: { name: 'line', type: NUMBER },
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    })
    privacy(stack, { config: sample, tables: { lines } })
    const { template } = app.synth().getStackByName('Shop') as { readonly template: Json }
    expect(Object.keys(template.Outputs)).toEqual(
      expect.arrayContaining(['PrivacyViewUrl', 'PrivacyShopCallbackUrl', 'PrivacyMailRecord1']),
    )
  })

  it('permits in a table that is passed in what it permits in one that is named', async () => {
    const named = await synthesized('withoutEmail')
    const stack = new Stack(validatedApp(), 'Test')
    const tables = Object.fromEntries(
      Object.entries(sample.dataMap.tables).map(([key, { name }]) => [
        key,
        Table.fromTableName(stack, `Passed${key}`, name),
      ]),
    )
    privacy(stack, { tables }, 'Default')
    const policies = (template: Template) => template.findResources('AWS::IAM::Policy')
    expect(policies(Template.fromStack(stack))).toEqual(policies(named.template))
  })

  it('takes tables of another stack', () => {
    const app = new App()
    const tables = { chat: chat(new Stack(app, 'Data')) }
    const stack = new Stack(app, 'Shop')
    privacy(stack, { tables })
    const erase = Template.fromStack(stack).findResources('AWS::Lambda::Function', {
      Properties: { Timeout: 120 },
    })
    expect(JSON.stringify(erase)).toMatch(/"TABLES":.{0,200}Fn::ImportValue":"Data:ExportsOutputRefChat/)
  })

  it('tells a topic of somebody’s own of its alarms, and makes none', () => {
    const stack = new Stack(new App(), 'Shop')
    const topic = new Topic(stack, 'Pager')
    const deletion = privacy(stack, { alarmTopic: topic, alarmEmail: 'ops@example.com' })
    const template = Template.fromStack(stack)
    template.resourceCountIs('AWS::SNS::Topic', 1)
    template.resourceCountIs('AWS::SNS::Subscription', 1)
    expect(deletion.alarmTopic).toBe(topic)
    const pager = stack.resolve(topic.topicArn)
    for (const { Properties } of Object.values(template.findResources('AWS::CloudWatch::Alarm'))) {
      expect(Properties).toMatchObject({ AlarmActions: [pager], OKActions: [pager] })
    }
  })

  it('hands out what the rest of an app needs', () => {
    const deletion = privacy(new Stack(new App(), 'Shop'), {
      config: configWith({ publicUrl: 'https://delete.example.com' }),
    })
    expect(deletion).toMatchObject({
      publicUrl: 'https://delete.example.com',
      callbackUrls: { shop: 'https://delete.example.com/meta/shop/data-deletion' },
      deauthorizeUrls: { insta: 'https://delete.example.com/meta/insta/deauthorize' },
    })
  })

  it('refuses to be the second of its stack', () => {
    const stack = new Stack(new App(), 'Shop')
    privacy(stack)
    expect(() => privacy(stack, {}, 'More')).toThrow(
      'Shop/More is the second DataDeletion of its stack, after Shop/Privacy: make a stack for each',
    )
  })

  it('refuses a configuration with mistakes, and names them', () => {
    const config = configWith({ publicUrl: 'http://delete.example.com', deadlines: [] as never })
    expect(() => privacy(new Stack(new App(), 'Shop'), { config })).toThrow(
      /^The configuration has mistakes.\n\npublicUrl\n(.*\n)*deadlines.0\n/,
    )
  })
})

describe('a table that is passed in', () => {
  const refusal = (tables: (stack: Stack) => DataDeletionProps['tables'], config = withoutEmail) => {
    const app = new App()
    const stack = new Stack(app, 'Shop')
    privacy(stack, { config, tables: tables(stack) })
    return () => app.synth()
  }

  it('is taken when it is what the data map says', () => {
    expect(refusal((stack) => ({ chat: chat(stack) }))).not.toThrow()
  })

  it.each([
    [
      'another name',
      { name: 'Talk' },
      'dataMap.tables.chat.name is "Chat", but the table that is passed in is "Talk": write \'Talk\'',
    ],
    ['another key', { key: 'room' }, "dataMap.tables.chat.key is { thread: 'S', message: 'N' }, but"],
    [
      'no such index',
      { index: 'byWriter' },
      'dataMap.tables.chat.indexes.byAuthor "Chat" has no index "byAuthor": use one of: byWriter',
    ],
    [
      'an index with another key',
      { by: 'writer' },
      "dataMap.tables.chat.indexes.byAuthor.key is { author: 'S' }, but",
    ],
  ])('is refused when it has %s', (_what, wrong, message) => {
    expect(refusal((stack) => ({ chat: chat(stack, wrong) }))).toThrow(message)
  })

  it('is refused for an index that carries less, if it is a TableV2, too', () => {
    const tables = (stack: Stack) => ({
      chat: new TableV2(stack, 'Chat', {
        partitionKey: { name: 'thread', type: STRING },
        sortKey: { name: 'message', type: NUMBER },
        globalSecondaryIndexes: [
          {
            indexName: 'byAuthor',
            partitionKey: { name: 'author', type: STRING },
            projectionType: ProjectionType.KEYS_ONLY,
          },
        ],
      }),
    })
    expect(refusal(tables)).toThrow(
      'byAuthor.projection is all attributes, but the deployed index carries the keys only',
    )
  })

  it('is refused under a key that the data map does not have', () => {
    expect(refusal((stack) => ({ chats: chat(stack) }))).toThrow(
      'tables.chats there is no table "chats": did you mean "chat"?',
    )
  })

  it('is refused when it is of another region', () => {
    const tables = () => {
      const stack = new Stack(new App(), 'There', { env: { region: 'eu-west-1' } })
      return { chat: chat(stack) }
    }
    const app = new App()
    const stack = new Stack(app, 'Shop', { env: { region: 'eu-central-1' } })
    privacy(stack, { tables: tables() })
    expect(() => app.synth()).toThrow(
      'tables.chat is a table of the region eu-west-1, the stack of eu-central-1',
    )
  })
})
