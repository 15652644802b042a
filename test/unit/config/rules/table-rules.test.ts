import { describe, expect, it } from 'vitest'
import {
  type Changes,
  checkWith,
  GONE,
  HOLDINGS,
  type Mistake,
  onlyAt,
  TABLES,
} from '../../../fixtures/companies/mistakes.ts'

const chat = `${TABLES}.chat`
const bills = `${TABLES}.bills`
const key = (place: string): string => `arn:aws:kms:${place}:key/0000`

const MISTAKES: readonly Mistake[] = [
  [
    'a table is of another account',
    { [`${TABLES}.chat.name`]: 'arn:aws:dynamodb:us-east-1:111122223333:table/Chat' },
    `${TABLES}.chat.name`,
    'not supported yet',
  ],
  [
    'a key type is unknown',
    { [`${TABLES}.lines.key.line`]: 'number' },
    `${TABLES}.lines.key.line`,
    'S, N, B',
  ],
  ['a key has three attributes', { [`${TABLES}.chat.key.part`]: 'S' }, `${TABLES}.chat.key`, 'one or two'],
  [
    'an index has a key of several attributes',
    { [`${TABLES}.bills.indexes.byUser.key.billNo`]: 'S' },
    `${TABLES}.bills.indexes.byUser.key`,
    'not supported',
  ],
  [
    'one attribute has two types',
    { [`${TABLES}.chat.indexes.byTime`]: { key: { author: 'N' } } },
    `${TABLES}.chat`,
    'DescribeTable',
  ],
  [
    'a table is described twice',
    { [`${TABLES}.chat.name`]: 'Shop' },
    `${TABLES}.chat.name`,
    'describe each table once',
  ],
  [
    'a table is mapped and waived',
    { 'dataMap.waived.Shop': 'nothing there' },
    'dataMap.waived.Shop',
    'one of the two',
  ],
  [
    'a waived table has no reason',
    { 'dataMap.waived.Counters': '' },
    'dataMap.waived.Counters',
    'why it holds nothing',
  ],
  [
    'nothing is done in a table',
    { [`${TABLES}.logs`]: { name: 'Logs', key: { id: 'S' }, backupsKeptFor: 'P7D' } },
    `${TABLES}.logs`,
    'waived',
  ],
  [
    'nothing is said about backups',
    { [`${TABLES}.chat.backupsKeptFor`]: GONE },
    `${TABLES}.chat.backupsKeptFor`,
    "'unknown'",
  ],
  [
    'an encryption key is no ARN',
    { [`${TABLES}.chat.kmsKeyArn`]: 'alias/chat' },
    `${TABLES}.chat.kmsKeyArn`,
    'arn:aws:kms',
  ],
  [
    'a table’s key is named by an alias',
    { [`${TABLES}.chat.kmsKeyArn`]: 'arn:aws:kms:ap-southeast-1:111122223333:alias/chat' },
    `${TABLES}.chat.kmsKeyArn`,
    'not of an alias',
  ],
  [
    'two tables’ keys are of two regions',
    {
      [`${TABLES}.app.kmsKeyArn`]: 'arn:aws:kms:ap-southeast-1:111122223333:key/0000',
      [`${TABLES}.chat.kmsKeyArn`]: 'arn:aws:kms:eu-west-1:111122223333:key/0000',
    },
    `${TABLES}.chat.kmsKeyArn`,
    'another region or account is not supported yet',
  ],
  [
    'two tables’ keys are of two accounts',
    {
      [`${TABLES}.app.kmsKeyArn`]: 'arn:aws:kms:ap-southeast-1:111122223333:key/0000',
      [`${TABLES}.chat.kmsKeyArn`]: 'arn:aws:kms:ap-southeast-1:444455556666:key/0000',
    },
    `${TABLES}.chat.kmsKeyArn`,
    'another region or account is not supported yet',
  ],
  [
    'a table is of another account',
    { [`${TABLES}.chat.name`]: 'arn:aws:dynamodb:eu-west-1:444455556666:table/Chat' },
    `${TABLES}.chat.name`,
    'another region or account',
  ],
  [
    'a key is empty',
    { [`${chat}.indexes.byTime`]: { key: {} } },
    `${chat}.indexes.byTime.key`,
    'partition key',
  ],
  [
    'an index has an illegal name',
    { [`${chat}.indexes.by time`]: { key: { author: 'S' } } },
    `${chat}.indexes.by time`,
    '3 to 255',
  ],
  [
    'a key attribute is named by a number',
    { [`${chat}.indexes.byTime`]: { key: { at: 'S', '1': 'S' } } },
    `${chat}.indexes.byTime.key`,
    'another key or index',
  ],
  ['a replica is no region', { [`${chat}.replicas`]: ['Frankfurt'] }, `${chat}.replicas.0`, 'eu-west-1'],
  [
    'a replica comes twice',
    { [`${chat}.replicas`]: ['eu-west-1', 'eu-west-1'] },
    `${chat}.replicas`,
    'each word once',
  ],
  ['there are no replicas', { [`${chat}.replicas`]: [] }, `${chat}.replicas.0`, 'eu-west-1'],
  ['a stream is said to be there', { [`${chat}.stream`]: true }, `${chat}.stream`, 'who reads it'],
  [
    'a pace is nothing',
    { [`${chat}.maxWriteUnitsPerSecond`]: 0 },
    `${chat}.maxWriteUnitsPerSecond`,
    "'unlimited'",
  ],
  [
    'a pace is a word',
    { [`${chat}.maxReadUnitsPerSecond`]: 'fast' },
    `${chat}.maxReadUnitsPerSecond`,
    "'unlimited'",
  ],
  [
    'an index is given half a second',
    { 'dataMap.indexSettleSeconds': 0.5 },
    'dataMap.indexSettleSeconds',
    'whole number',
  ],
  ['an index is given an hour', { 'dataMap.indexSettleSeconds': 3600 }, 'dataMap.indexSettleSeconds', '60'],
  [
    'the hold is a primary key',
    { [`${chat}.holdAttribute`]: 'thread' },
    `${chat}.holdAttribute`,
    'only says whether',
  ],
  [
    'the hold is the key of an index',
    { [`${bills}.holdAttribute`]: 'userId' },
    `${bills}.holdAttribute`,
    'only says whether',
  ],
  [
    'the hold is redacted',
    { [`${chat}.holdAttribute`]: 'authorName' },
    `${chat}.holdAttribute`,
    'only says whether',
  ],
  [
    'the hold is redacted inside',
    {
      [`${chat}.holdAttribute`]: 'legal',
      [`${HOLDINGS}.chat.action`]: { redact: { author: 'remove', 'legal.by': 'remove' } },
    },
    `${chat}.holdAttribute`,
    'only says whether',
  ],
  [
    'the hold is the TTL attribute',
    { [`${bills}.holdAttribute`]: 'expiresAt' },
    `${bills}.holdAttribute`,
    'only says whether',
  ],
  [
    'the hold is inside an attribute',
    { [`${chat}.holdAttribute`]: 'legal.hold' },
    `${chat}.holdAttribute`,
    'not of what is inside it',
  ],
  [
    'the hold has no name',
    { [`${chat}.holdAttribute`]: '' },
    `${chat}.holdAttribute`,
    'name of an attribute',
  ],
  [
    'two tables’ keys are of two accounts',
    {
      [`${TABLES}.app.kmsKeyArn`]: key('eu-west-1:111122223333'),
      [`${chat}.kmsKeyArn`]: key('eu-west-1:444455556666'),
    },
    `${chat}.kmsKeyArn`,
    'another region or account',
  ],
]

describe('what is said of a table', () => {
  it.each(MISTAKES)('is found wrong, once, where and how to mend it: %s', (_what, changes, place, remedy) => {
    const { config, findings } = checkWith(changes)
    expect(findings).toEqual(onlyAt(place, remedy))
    expect(config).toBeUndefined()
  })

  it.each<[string, Changes]>([
    ['where it is replicated', { [`${chat}.replicas`]: ['eu-west-1', 'us-gov-west-1'] }],
    ['who reads its stream', { [`${chat}.stream`]: 'the search index, which follows deletions' }],
    [
      'how fast it is worked',
      { [`${chat}.maxWriteUnitsPerSecond`]: 0.5, [`${chat}.maxReadUnitsPerSecond`]: 'unlimited' },
    ],
    [
      'what holds an item, even where some attributes are kept',
      { [`${bills}.holdAttribute`]: 'hold', [`${HOLDINGS}.bills.action.retain.keep`]: ['total'] },
    ],
    ['that another table’s TTL attribute holds its items', { [`${chat}.holdAttribute`]: 'expiresAt' }],
    ['that an index needs no time', { 'dataMap.indexSettleSeconds': 0 }],
  ])('may be %s', (_what, changes) => {
    const { input, ...checked } = checkWith(changes)
    expect(checked).toMatchObject({ config: input, findings: [] })
  })
})
