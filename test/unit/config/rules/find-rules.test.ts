import { describe, expect, it } from 'vitest'
import sample from '../../../../deletion.config.ts'
import {
  type Changes,
  checkWith,
  GONE,
  HOLDINGS,
  type Mistake,
  onlyAt,
  TABLES,
} from '../../../fixtures/companies/mistakes.ts'

const views = `${HOLDINGS}.views`
const lines = `${HOLDINGS}.lines`
const SK = `${views}.find.SK`
const PERSONAL = { userId: '{userId}' }

/** The views' sort key is a number, or the lines' already is. */
const NUMBERED: Changes = {
  [`${TABLES}.hits`]: { name: 'Hits', key: { user: 'S', at: 'N' }, backupsKeptFor: 'P35D' },
  [`${HOLDINGS}.hits`]: {
    table: 'hits',
    find: { user: '{userId}', at: '0' },
    action: 'erase',
    category: 'visits',
    scope: 'account',
  },
}
const at = `${HOLDINGS}.hits.find.at`
const numbered = (condition: unknown): Changes => ({ ...NUMBERED, [at]: condition })

/** A key of bytes, by which an identity of bytes finds. */
const BINARY: Changes = {
  'dataMap.identities.deviceKey': { of: 'alias', binary: true },
  [`${TABLES}.devices`]: { name: 'Devices', key: { device: 'B', part: 'B' }, backupsKeptFor: 'P35D' },
  [`${HOLDINGS}.devices`]: {
    table: 'devices',
    find: { device: '{deviceKey}' },
    action: 'erase',
    category: 'visits',
    scope: 'account',
  },
  [`${HOLDINGS}.sessions.learns`]: { deviceId: 'deviceId', deviceKey: 'keys[*].bytes' },
}
const device = `${HOLDINGS}.devices.find.device`
const part = `${HOLDINGS}.devices.find.part`

const SCAN: Changes = {
  [`${views}.find`]: { scan: 'no key and no index leads there', viewer: '{userId}' },
  [`${views}.owner`]: { viewer: '{userId}' },
}
const scanning = (changes: Changes): Changes => ({ ...SCAN, ...changes })

const MISTAKES: readonly Mistake[] = [
  [
    'a table is misspelt',
    { [`${HOLDINGS}.views.table`]: 'apps' },
    `${HOLDINGS}.views.table`,
    'did you mean "app"?',
  ],
  [
    'the partition key is missing',
    { [`${HOLDINGS}.views.find`]: { SK: 'VIEW#{userId}' } },
    `${HOLDINGS}.views.find`,
    'add PK',
  ],
  [
    'an attribute is no key',
    { [`${HOLDINGS}.views.find.kind`]: 'view' },
    `${HOLDINGS}.views.find.kind`,
    'PK, SK',
  ],
  [
    'the partition key is a prefix',
    { [`${HOLDINGS}.views.find.PK`]: { beginsWith: 'USER#{userId}#' } },
    `${HOLDINGS}.views.find.PK`,
    'whole value',
  ],
  [
    'a prefix ends in a value',
    { [`${HOLDINGS}.staff.find.SK`]: { beginsWith: 'STAFF#{userId}' } },
    `${HOLDINGS}.staff.find.SK`,
    "'STAFF#{userId}#'",
  ],
  [
    'two identities touch',
    { [`${HOLDINGS}.staff.find.SK`]: 'STAFF#{storeId}{userId}' },
    `${HOLDINGS}.staff.find.SK`,
    'delimiter between',
  ],
  [
    'an identity is misspelt',
    { [`${HOLDINGS}.views.find.PK`]: 'USER#{userid}' },
    `${HOLDINGS}.views.find.PK`,
    'did you mean "userId"?',
  ],
  [
    'a brace is open',
    { [`${HOLDINGS}.views.find.PK`]: 'USER#{userId' },
    `${HOLDINGS}.views.find.PK`,
    '{userId}',
  ],
  [
    'a number has literals',
    { [`${HOLDINGS}.lines.find.line`]: '#{orderNo}' },
    `${HOLDINGS}.lines.find.line`,
    'one identity and nothing else',
  ],
  [
    'everybody would be found',
    { [`${HOLDINGS}.views.find.PK`]: 'USERS', [`${HOLDINGS}.views.owner`]: { userId: '{userId}' } },
    `${HOLDINGS}.views.find`,
    "such as 'USER#{userId}'",
  ],
  [
    'a group alone would be found',
    { [`${HOLDINGS}.staff.find.SK`]: 'PROFILE', [`${HOLDINGS}.staff.owner`]: { userId: '{userId}' } },
    `${HOLDINGS}.staff.find`,
    'person or alias',
  ],
  [
    'a record is looked for outside its parent',
    { [`${HOLDINGS}.lines.per`]: GONE },
    `${HOLDINGS}.lines.per`,
    'add per',
  ],
  [
    'the parent does not learn the record',
    { [`${HOLDINGS}.orders.learns`]: GONE, [`${HOLDINGS}.views.learns`]: { orderNo: 'no' } },
    `${HOLDINGS}.lines.per`,
    'let "orders" learn it',
  ],
  [
    'only the grandparent learns the record',
    {
      [`${HOLDINGS}.parcels`]: {
        table: 'lines',
        per: 'lines',
        find: { orderNo: '{orderNo}' },
        owner: { userId: '{userId}' },
        action: 'erase',
        category: 'orders',
        scope: 'account',
      },
    },
    `${HOLDINGS}.parcels.per`,
    'let "lines" learn it',
  ],
  [
    'a parent is of no use',
    { [`${HOLDINGS}.views.per`]: 'orders' },
    `${HOLDINGS}.views.per`,
    'leave `per` out',
  ],
  // Prefixes and ranges
  [
    'the partition key is a range',
    { [`${views}.find.PK`]: { between: ['USER#{userId}#2', 'USER#{userId}#1'] } },
    `${views}.find.PK`,
    'whole value',
  ],
  ['a range has one end', { [SK]: { between: ['VIEW#1'] } }, `${SK}.between`, 'both ends'],
  ['a range is a text', { [SK]: { between: 'VIEW#1' } }, `${SK}.between`, 'both ends'],
  ['a range is written in two ways', { [SK]: { from: 'VIEW#1', to: 'VIEW#2' } }, `${SK}.to`, 'from'],
  ['a range of texts is open above', { [SK]: { from: 'VIEW#2020' } }, SK, 'between'],
  ['a range of texts is open below', { [SK]: { to: 'VIEW#2020' } }, SK, 'between'],
  ['a range reaches over two kinds', { [SK]: { between: ['VIEW#1', 'WISH#1'] } }, SK, 'begin both'],
  ['a range begins alike within a word', { [SK]: { between: ['VIEW1', 'VIEW2'] } }, SK, 'begin both'],
  [
    'a range begins alike up to an identity only',
    { [SK]: { between: ['{userId}#1', '{userId}|2'] } },
    SK,
    'begin both',
  ],
  ['a range is backwards', { [SK]: { between: ['VIEW#2024-', 'VIEW#2020-'] } }, SK, 'lower end first'],
  [
    'a range is backwards, as one end goes on',
    { [SK]: { between: ['VIEW#{userId}#', 'VIEW#'] } },
    SK,
    'lower end first',
  ],
  ['an end of a range has an open brace', { [SK]: { between: ['VIEW#{userId', 'VIEW#2'] } }, SK, '{userId}'],
  [
    'a person stands only where a range ends',
    {
      [`${HOLDINGS}.staff.find.SK`]: { between: ['STAFF#{userId}', 'STAFF#{userId}~'] },
      [`${HOLDINGS}.staff.owner`]: PERSONAL,
    },
    `${HOLDINGS}.staff.find`,
    'person or alias',
  ],
  [
    'everybody is between the ends of a range',
    {
      [`${views}.find`]: { PK: 'VIEWS', SK: { between: ['VIEW#{userId}', 'VIEW#{userId}~'] } },
      [`${views}.owner`]: PERSONAL,
    },
    `${views}.find`,
    "such as 'USER#{userId}'",
  ],
  // Numbers
  ['a number has text around it', numbered('AT#{userId}'), at, 'one identity and nothing else'],
  ['a number is a word', numbered('first'), at, 'one identity and nothing else'],
  ['a number has a prefix', numbered({ beginsWith: '10' }), at, "{ from: '100' }"],
  ['an end of a range of numbers is a text', numbered({ from: 'AT#1' }), at, 'one identity and nothing else'],
  ['a range of numbers is backwards', numbered({ between: ['10', '9'] }), at, 'lower end first'],
  // Bytes
  [
    'bytes have text around them',
    { ...BINARY, [device]: 'DEVICE#{deviceKey}' },
    device,
    "'{deviceKey}', and nothing else",
  ],
  ['bytes are looked for among texts', { ...BINARY, [SK]: '{deviceKey}' }, SK, 'keys of type B only'],
  [
    'bytes are looked for among numbers',
    { ...BINARY, [`${lines}.find.line`]: '{deviceKey}' },
    `${lines}.find.line`,
    'keys of type B only',
  ],
  ['bytes are a prefix', { ...BINARY, [part]: { beginsWith: '{deviceKey}' } }, part, 'end it'],
  [
    'bytes are the ends of a range',
    { ...BINARY, [part]: { between: ['{deviceKey}', '{deviceKey}'] } },
    part,
    'begin both',
  ],
  [
    'bytes are the owner, in a text',
    { ...BINARY, [`${lines}.owner`]: { device: '{deviceKey}' } },
    `${lines}.owner.device`,
    'keys of type B only',
  ],
  [
    'bytes would be brought into the form of a text',
    { ...BINARY, 'dataMap.identities.deviceKey.normalise': 'email' },
    'dataMap.identities.deviceKey.normalise',
    'leave one',
  ],
  [
    'binary is false',
    { ...BINARY, 'dataMap.identities.email.binary': false },
    'dataMap.identities.email.binary',
    'leave it out',
  ],
  [
    "an app's ids would be bytes",
    {
      'dataMap.identities.facebookId.binary': true,
      [`${TABLES}.app.indexes.byFb.key.FB`]: 'B',
      [`${HOLDINGS}.facebookLink.find.FB`]: '{facebookId}',
      [`${HOLDINGS}.facebookLink.owner.FB`]: '{facebookId}',
    },
    'apps.shop.identity',
    'identity of texts',
  ],
  // Scans
  ['a scan has no reason', scanning({ [`${views}.find.scan`]: '' }), `${views}.find.scan`, 'as a sentence'],
  [
    'a scan is explained by a word',
    scanning({ [`${views}.find.scan`]: 'necessary' }),
    `${views}.find.scan`,
    'as a sentence',
  ],
  [
    'a scan is of an index',
    scanning({ [`${views}.find.index`]: 'byEmail' }),
    `${views}.find.index`,
    'leave `index` out',
  ],
  [
    'a scan is repeated for each page',
    scanning({ [`${views}.per`]: 'orders' }),
    `${views}.per`,
    'leave `per` out',
  ],
  [
    'a scan is for records',
    scanning({ [`${views}.find.viewer`]: '{orderNo}' }),
    `${views}.find`,
    'by a key of theirs',
  ],
  [
    'a scan is for a group',
    scanning({ [`${views}.find.viewer`]: '{storeId}' }),
    `${views}.find`,
    "userId: '{userId}'",
  ],
  [
    'a scan is for a prefix',
    scanning({ [`${views}.find.viewer`]: { beginsWith: 'U#{userId}#' } }),
    `${views}.find`,
    'a prefix or a range is not enough',
  ],
  [
    'a scan is for nobody',
    scanning({ [`${views}.find`]: { scan: 'no key and no index leads there', kind: 'view' } }),
    `${views}.find`,
    "userId: '{userId}'",
  ],
  [
    'nobody is the owner of what a scan finds',
    scanning({ [`${views}.owner`]: GONE }),
    `${views}.owner`,
    'state the attribute',
  ],
  [
    'a scan is for a prefix that would catch others',
    scanning({ [`${views}.find.kind`]: { beginsWith: 'VIEW' } }),
    `${views}.find.kind`,
    "'VIEW#'",
  ],
]

describe('what a holding finds', () => {
  it.each(MISTAKES)('is found wrong, once, where and how to mend it: %s', (_what, changes, place, remedy) => {
    const { config, findings } = checkWith(changes)
    expect(findings).toEqual(onlyAt(place, remedy))
    expect(config).toBeUndefined()
  })

  it.each<[string, Changes]>([
    ['a range of texts that begin alike', { [SK]: { between: ['VIEW#2020-', 'VIEW#2024-12-31'] } }],
    [
      'a range with an identity before it parts',
      { [SK]: { between: ['VIEW#{userId}#1', 'VIEW#{userId}#2'] } },
    ],
    ['a range whose order only the values tell', { [SK]: { between: ['VIEW#2020-', 'VIEW#{userId}'] } }],
    ['a range of one value', { [SK]: { between: ['VIEW#1', 'VIEW#1'] } }],
    [
      'a range for a member of a group',
      { [`${HOLDINGS}.staff.find.SK`]: { between: ['STAFF#{userId}#1', 'STAFF#{userId}#9'] } },
    ],
    ['numbers from', numbered({ from: '1600000000' })],
    ['numbers to an identity', numbered({ to: '{userId}' })],
    ['numbers between', numbered({ between: ['-1.5', '10'] })],
    ['one number', numbered('{userId}')],
    ['bytes', BINARY],
    ['bytes of a text', { ...BINARY, [part]: { beginsWith: 'PART#{userId}#' } }],
    ['a text as bytes', { [`${TABLES}.subscriptions.key.email`]: 'B' }],
    ['a scan', SCAN],
    ['a scan by several attributes', scanning({ [`${views}.find.kind`]: { beginsWith: 'VIEW#' } })],
  ])('may be %s', (_what, changes) => {
    const { input, ...checked } = checkWith(changes)
    expect(checked).toMatchObject({ config: input, findings: [] })
  })

  it('may be left by a scan without an owner, as nothing is taken away', () => {
    expect(
      checkWith(scanning({ [`${views}.owner`]: GONE, [`${views}.action`]: { leave: 'statistics' } }))
        .findings,
    ).toEqual([])
    expect(sample.dataMap.holdings['views']).toBeDefined()
  })
})
