import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import sample from '../../deletion.config.ts'
import { formatFindings } from '../../shared/config/findings.ts'
import { loadConfig } from '../../shared/config/load.ts'
import { checkConfig } from '../../shared/config/validate.ts'

/** Takes the field away instead of changing it. */
const GONE = Symbol('gone')

/** Path to value. */
type Changes = Readonly<Record<string, unknown>>

/** The sample with these changes. */
function broken(changes: Changes): unknown {
  const config: unknown = structuredClone(sample)
  for (const [path, value] of Object.entries(changes)) {
    const steps = path.split('.')
    const last = steps.pop() ?? ''
    const parent = steps.reduce<unknown>((part, step) => fieldsOf(part)[step], config)
    if (value === GONE) Reflect.deleteProperty(fieldsOf(parent), last)
    else fieldsOf(parent)[last] = value
  }
  return config
}

function fieldsOf(part: unknown): Record<string, unknown> {
  if (typeof part !== 'object' || part === null) throw new TypeError('the sample has no such part')
  return part as Record<string, unknown> // an object, just tested
}

const holdings = 'dataMap.holdings'
const tables = 'dataMap.tables'
const erasing = { action: 'erase', category: 'orders', scope: 'account' }

const MISTAKES: readonly (readonly [string, Changes, string, string])[] = [
  // The company
  [
    'an email address is none',
    { 'organization.contactEmail': 'privacy at example.com' },
    'organization.contactEmail',
    'email address',
  ],
  ['the name is empty', { 'organization.name': '  ' }, 'organization.name', 'people know you by'],
  ['a field is missing', { 'organization.phone': GONE }, 'organization.phone', 'telephone'],
  [
    'the policy has no address',
    { 'organization.privacyPolicyUrl': 'www.example.com' },
    'organization.privacyPolicyUrl',
    'https://www.example.com/privacy',
  ],
  [
    'the time zone is invented',
    { 'organization.timeZone': 'Asia/Hanoi' },
    'organization.timeZone',
    'Asia/Ho_Chi_Minh',
  ],
  [
    'the public address has a path',
    { publicUrl: 'https://example.com/delete' },
    'publicUrl',
    'nothing after it',
  ],
  [
    'the public address is not encrypted',
    { publicUrl: 'http://example.com' },
    'publicUrl',
    'http only for localhost',
  ],
  ['a language is unknown', { locales: ['vi', 'fr'] }, 'locales.1', 'vi, en'],
  ['a language comes twice', { locales: ['vi', 'vi'] }, 'locales', 'each word once'],
  ['no language is named', { locales: [] }, 'locales.0', 'vi, en'],
  ['no law is named', { deadlines: [] }, 'deadlines.0', 'vietnam, gdpr, ccpa'],
  ['a law is unknown', { deadlines: ['lgpd'] }, 'deadlines.0', 'vietnam, gdpr, ccpa'],
  ['a duration is in words', { 'keep.requests': '2 years' }, 'keep.requests', 'P35D'],
  ['a duration is nothing', { 'keep.requests': 'P0D' }, 'keep.requests', 'above zero'],
  ['a number of days is a fraction', { reviewOlderThanDays: 0.5 }, 'reviewOlderThanDays', 'such as 7'],
  [
    'a field is misspelt',
    { reviewOlderThenDays: 7 },
    'reviewOlderThenDays',
    'did you mean "reviewOlderThanDays"?',
  ],
  ['a field is unknown', { colour: 'red' }, 'colour', 'organization, publicUrl'],
  // The apps
  ['there is no app', { apps: {} }, 'apps', 'Meta app'],
  ['an app id is a number', { 'apps.shop.appId': 123 }, 'apps.shop.appId', 'as text'],
  ['an app has no scope', { 'apps.shop.scope': GONE }, 'apps.shop.scope', 'platform, account'],
  [
    'the product is unknown',
    { 'apps.shop.product': 'whatsapp' },
    'apps.shop.product',
    'facebook, instagram, threads',
  ],
  [
    "an app's name cannot be in an address",
    { 'apps.My App': sample.apps['shop'] },
    'apps.My App',
    'lower-case',
  ],
  [
    'two apps are told apart by a hyphen only',
    { 'apps.in-sta': sample.apps['insta'] },
    'apps.in-sta',
    'a letter or digit',
  ],
  [
    "an app's identity is misspelt",
    { 'apps.shop.identity': 'facebookID' },
    'apps.shop.identity',
    'did you mean "facebookId"?',
  ],
  [
    "an app's ids would be a shop's",
    { 'apps.shop.identity': 'storeId' },
    'apps.shop.identity',
    'alias or person',
  ],
  [
    'nothing is found by the ids of an app',
    { 'dataMap.identities.threadsId': { of: 'alias' }, 'apps.shop.identity': 'threadsId' },
    'apps.shop.identity',
    '{threadsId}',
  ],
  [
    'the link is outside the scope of its app',
    { [`${holdings}.instagramLink.scope`]: 'account' },
    'apps.insta.identity',
    '{instagramId}',
  ],
  // Identities
  [
    'two identities are the person',
    { 'dataMap.identities.email.of': 'person' },
    'dataMap.identities',
    'exactly one',
  ],
  [
    'no identity is the person',
    { 'dataMap.identities.userId.of': 'alias' },
    'dataMap.identities',
    'exactly one',
  ],
  [
    'the kind of an identity is unknown',
    { 'dataMap.identities.storeId.of': 'shared' },
    'dataMap.identities.storeId.of',
    'group',
  ],
  [
    'an identity has a name that no template can hold',
    { 'dataMap.identities.store-id': { of: 'group' } },
    'dataMap.identities.store-id',
    'digits and _',
  ],
  [
    'nothing ever gives an identity a value',
    {
      [`${holdings}.memberships.learns`]: { storeId: 'storeId', shopMailbox: 'mailbox' },
      [`${holdings}.sessions.learns`]: GONE,
    },
    'dataMap.identities.deviceId',
    'learns: { deviceId',
  ],
  // Tables
  [
    'a table name is illegal',
    { [`${tables}.chat.name`]: 'Chat messages' },
    `${tables}.chat.name`,
    '3 to 255',
  ],
  [
    'a table is of another account',
    { [`${tables}.chat.name`]: 'arn:aws:dynamodb:us-east-1:111122223333:table/Chat' },
    `${tables}.chat.name`,
    'not supported yet',
  ],
  [
    'a key type is unknown',
    { [`${tables}.lines.key.line`]: 'number' },
    `${tables}.lines.key.line`,
    'S, N, B',
  ],
  ['a key has three attributes', { [`${tables}.chat.key.part`]: 'S' }, `${tables}.chat.key`, 'one or two'],
  [
    'an index has a key of several attributes',
    { [`${tables}.bills.indexes.byUser.key.billNo`]: 'S' },
    `${tables}.bills.indexes.byUser.key`,
    'not supported',
  ],
  [
    'one attribute has two types',
    { [`${tables}.chat.indexes.byTime`]: { key: { author: 'N' } } },
    `${tables}.chat`,
    'DescribeTable',
  ],
  [
    'a table is described twice',
    { [`${tables}.chat.name`]: 'Shop' },
    `${tables}.chat.name`,
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
    { [`${tables}.logs`]: { name: 'Logs', key: { id: 'S' }, backupsKeptFor: 'P7D' } },
    `${tables}.logs`,
    'waived',
  ],
  [
    'nothing is said about backups',
    { [`${tables}.chat.backupsKeptFor`]: GONE },
    `${tables}.chat.backupsKeptFor`,
    "'unknown'",
  ],
  [
    'an encryption key is no ARN',
    { [`${tables}.chat.kmsKeyArn`]: 'alias/chat' },
    `${tables}.chat.kmsKeyArn`,
    'arn:aws:kms',
  ],
  [
    'a table’s key is named by an alias',
    { [`${tables}.chat.kmsKeyArn`]: 'arn:aws:kms:ap-southeast-1:111122223333:alias/chat' },
    `${tables}.chat.kmsKeyArn`,
    'not of an alias',
  ],
  [
    'two tables’ keys are of two regions',
    {
      [`${tables}.app.kmsKeyArn`]: 'arn:aws:kms:ap-southeast-1:111122223333:key/0000',
      [`${tables}.chat.kmsKeyArn`]: 'arn:aws:kms:eu-west-1:111122223333:key/0000',
    },
    `${tables}.chat.kmsKeyArn`,
    'another region or account is not supported yet',
  ],
  [
    'two tables’ keys are of two accounts',
    {
      [`${tables}.app.kmsKeyArn`]: 'arn:aws:kms:ap-southeast-1:111122223333:key/0000',
      [`${tables}.chat.kmsKeyArn`]: 'arn:aws:kms:ap-southeast-1:444455556666:key/0000',
    },
    `${tables}.chat.kmsKeyArn`,
    'another region or account is not supported yet',
  ],
  [
    'a table is of another account',
    { [`${tables}.chat.name`]: 'arn:aws:dynamodb:eu-west-1:444455556666:table/Chat' },
    `${tables}.chat.name`,
    'another region or account',
  ],
  [
    'a table has replicas',
    { [`${tables}.chat.replicas`]: ['eu-west-1'] },
    `${tables}.chat.replicas`,
    'global table',
  ],
  // Where a holding finds
  [
    'a table is misspelt',
    { [`${holdings}.views.table`]: 'apps' },
    `${holdings}.views.table`,
    'did you mean "app"?',
  ],
  [
    'an index is misspelt',
    { [`${holdings}.chat.find.index`]: 'byAuthors' },
    `${holdings}.chat.find.index`,
    'did you mean "byAuthor"?',
  ],
  [
    'the partition key is missing',
    { [`${holdings}.views.find`]: { SK: 'VIEW#{userId}' } },
    `${holdings}.views.find`,
    'add PK',
  ],
  [
    'an attribute is no key',
    { [`${holdings}.views.find.kind`]: 'view' },
    `${holdings}.views.find.kind`,
    'PK, SK',
  ],
  [
    'the partition key is a prefix',
    { [`${holdings}.views.find.PK`]: { beginsWith: 'USER#{userId}#' } },
    `${holdings}.views.find.PK`,
    'whole value',
  ],
  [
    'a prefix would catch others',
    { [`${holdings}.orders.find.SK.beginsWith`]: 'ORDER' },
    `${holdings}.orders.find.SK`,
    "'ORDER#'",
  ],
  [
    'a prefix ends in a value',
    { [`${holdings}.staff.find.SK`]: { beginsWith: 'STAFF#{userId}' } },
    `${holdings}.staff.find.SK`,
    "'STAFF#{userId}#'",
  ],
  [
    'two identities touch',
    { [`${holdings}.staff.find.SK`]: 'STAFF#{storeId}{userId}' },
    `${holdings}.staff.find.SK`,
    'delimiter between',
  ],
  [
    'an identity is misspelt',
    { [`${holdings}.views.find.PK`]: 'USER#{userid}' },
    `${holdings}.views.find.PK`,
    'did you mean "userId"?',
  ],
  [
    'a brace is open',
    { [`${holdings}.views.find.PK`]: 'USER#{userId' },
    `${holdings}.views.find.PK`,
    '{userId}',
  ],
  [
    'a number has literals',
    { [`${holdings}.lines.find.line`]: '#{orderNo}' },
    `${holdings}.lines.find.line`,
    'one identity and nothing else',
  ],
  [
    'a key is binary',
    { [`${tables}.subscriptions.key.email`]: 'B' },
    `${holdings}.subscriptions.find.email`,
    'another key',
  ],
  [
    'everybody would be found',
    { [`${holdings}.views.find.PK`]: 'USERS', [`${holdings}.views.owner`]: { userId: '{userId}' } },
    `${holdings}.views.find`,
    "such as 'USER#{userId}'",
  ],
  [
    'a group alone would be found',
    { [`${holdings}.staff.find.SK`]: 'PROFILE', [`${holdings}.staff.owner`]: { userId: '{userId}' } },
    `${holdings}.staff.find`,
    'person or alias',
  ],
  [
    'a record is looked for outside its parent',
    { [`${holdings}.lines.per`]: GONE },
    `${holdings}.lines.per`,
    'add per',
  ],
  [
    'the parent does not learn the record',
    { [`${holdings}.orders.learns`]: GONE, [`${holdings}.views.learns`]: { orderNo: 'no' } },
    `${holdings}.lines.per`,
    'let "orders" learn it',
  ],
  [
    'a parent is of no use',
    { [`${holdings}.views.per`]: 'orders' },
    `${holdings}.views.per`,
    'leave `per` out',
  ],
  [
    'the whole table would be read',
    { [`${holdings}.views.find`]: { scan: { because: 'no index' } } },
    `${holdings}.views.find.scan`,
    'by a key',
  ],
  // What it does there
  [
    'nobody is the owner of a record',
    { [`${holdings}.lines.owner`]: GONE },
    `${holdings}.lines.owner`,
    'state the attribute',
  ],
  [
    'nobody is the owner of what an index finds',
    { [`${holdings}.chat.owner`]: GONE },
    `${holdings}.chat.owner`,
    'state the attribute',
  ],
  [
    'the owner is a shop',
    { [`${holdings}.lines.owner`]: { storeId: '{storeId}' } },
    `${holdings}.lines.owner.storeId`,
    'person and alias',
  ],
  [
    'the owner is nobody',
    { [`${holdings}.lines.owner`]: { kind: 'line' } },
    `${holdings}.lines.owner.kind`,
    'person and alias',
  ],
  [
    'the action is unknown',
    { [`${holdings}.views.action`]: 'delete' },
    `${holdings}.views.action`,
    "'erase'",
  ],
  [
    'nothing is redacted',
    { [`${holdings}.chat.action`]: { redact: {} } },
    `${holdings}.chat.action.redact`,
    'about the person',
  ],
  [
    'a primary key is redacted',
    { [`${holdings}.chat.action.redact.thread`]: 'remove' },
    `${holdings}.chat.action.redact.thread`,
    'erase the items',
  ],
  [
    'an index key is made empty',
    { [`${holdings}.chat.action.redact.author`]: { constant: '' } },
    `${holdings}.chat.action.redact.author`,
    "'remove' it",
  ],
  [
    'a reason is misspelt',
    {
      [`${holdings}.bills.action.retain.because`]: 'taxes',
      'dataMap.reasons': { tax: { vi: 'a', en: 'b' }, claim: { vi: 'a', en: 'b' } },
      [`${holdings}.forms.action`]: {
        retain: {
          because: 'claim',
          until: { from: 'at', format: 'iso', for: 'P3Y' },
          ends: { by: 'owner', owner: 'law@example.com' },
        },
      },
      [`${holdings}.contacts.action`]: {
        retain: {
          because: 'tax',
          until: { from: 'at', format: 'iso', for: 'P3Y' },
          ends: { by: 'owner', owner: 'law@example.com' },
        },
      },
    },
    `${holdings}.bills.action.retain.because`,
    'did you mean "tax"?',
  ],
  [
    'the time to keep is in words',
    { [`${holdings}.bills.action.retain.until.for`]: 'ten years' },
    `${holdings}.bills.action.retain.until.for`,
    'P10Y',
  ],
  [
    'nothing ends the keeping',
    { [`${holdings}.bills.action.retain.ends`]: { by: 'nobody' } },
    `${holdings}.bills.action.retain.ends.by`,
    "by: 'ttl'",
  ],
  [
    'the end overwrites a key',
    { [`${holdings}.bills.action.retain.ends.attribute`]: 'userId' },
    `${holdings}.bills.action.retain.ends.attribute`,
    'TTL attribute',
  ],
  [
    'the end overwrites what it is counted from',
    { [`${holdings}.bills.action.retain.until.from`]: 'expiresAt' },
    `${holdings}.bills.action.retain.ends.attribute`,
    'TTL attribute',
  ],
  [
    'a table has two TTL attributes',
    {
      [`${holdings}.oldBills`]: {
        ...sample.dataMap.holdings['bills'],
        action: {
          retain: {
            because: 'tax',
            until: { from: 'issuedAt', format: 'iso', for: 'P10Y' },
            ends: { by: 'ttl', attribute: 'ttl' },
          },
        },
      },
    },
    `${holdings}.oldBills.action.retain.ends.attribute`,
    'one TTL attribute',
  ],
  [
    'a learnt identity is misspelt',
    { [`${holdings}.profile.learns`]: { emial: 'email' } },
    `${holdings}.profile.learns.emial`,
    'did you mean "email"?',
  ],
  [
    'a child would teach a person',
    { [`${holdings}.lines.learns`]: { userId: 'userId' } },
    `${holdings}.lines.learns.userId`,
    'another holding learn it',
  ],
  [
    'a category is misspelt',
    { [`${holdings}.views.category`]: 'visit' },
    `${holdings}.views.category`,
    'did you mean "visits"?',
  ],
  [
    'a category has no Vietnamese text',
    { 'dataMap.categories.orders.vi': GONE },
    'dataMap.categories.orders.vi',
    'Vietnamese',
  ],
  [
    'a category has an empty text',
    { 'dataMap.categories.orders.en': '' },
    'dataMap.categories.orders.en',
    'English',
  ],
  [
    'a category is not used',
    { 'dataMap.categories.photos': { vi: 'Ảnh', en: 'Photos' } },
    'dataMap.categories.photos',
    'take it out',
  ],
  [
    'a reason is not used',
    { 'dataMap.reasons.claim': { vi: 'a', en: 'b' } },
    'dataMap.reasons.claim',
    'take it out',
  ],
  ['a review has no limit', { 'dataMap.review': { above: 0 } }, 'dataMap.review.above', '5000'],
  // The order
  [
    'a parent is unknown',
    { [`${holdings}.lines.per`]: 'order' },
    `${holdings}.lines.per`,
    'did you mean "orders"?',
  ],
  [
    'what comes before is unknown',
    { [`${holdings}.views.after`]: ['session'] },
    `${holdings}.views.after.0`,
    'did you mean "sessions"?',
  ],
  [
    'something waits for the last',
    { [`${holdings}.views.after`]: ['facebookLink'] },
    `${holdings}.views.after.0`,
    'take `last`',
  ],
  [
    'a child is last',
    { [`${holdings}.lines.last`]: true },
    `${holdings}.lines.last`,
    'leave one of the two out',
  ],
  [
    'a child is of another scope',
    { [`${holdings}.lines.scope`]: 'platform' },
    `${holdings}.lines.scope`,
    'same scope',
  ],
  [
    'something waits for a child',
    { [`${holdings}.views.after`]: ['lines'] },
    `${holdings}.views.after.0`,
    'name "orders"',
  ],
  [
    'a child waits',
    { [`${holdings}.lines.after`]: ['views'] },
    `${holdings}.lines.after.0`,
    'move it to "orders"',
  ],
  [
    'a child waits for its parent',
    { [`${holdings}.lines.after`]: ['orders'] },
    `${holdings}.lines`,
    'out of the loop',
  ],
  [
    'holdings wait for each other',
    { [`${holdings}.views.after`]: ['sessions'], [`${holdings}.sessions.after`]: ['views'] },
    `${holdings}.sessions`,
    'out of the loop',
  ],
  // What comes later
  [
    'a holding is a function',
    { [`${holdings}.files`]: { function: 'arn:aws:lambda:…', ...erasing } },
    `${holdings}.files.function`,
    'DynamoDB table for now',
  ],
  [
    'a holding is done by hand',
    { [`${holdings}.paper`]: { manual: { vi: 'a', en: 'b' }, category: 'orders', scope: 'account' } },
    `${holdings}.paper.manual`,
    'by hand',
  ],
  [
    'a write has an exception',
    { [`${holdings}.views.unless`]: { hold: true } },
    `${holdings}.views.unless`,
    'review',
  ],
  [
    'a retained item is cut down',
    { [`${holdings}.bills.action.retain.keep`]: ['total'] },
    `${holdings}.bills.action.retain.keep`,
    'kept whole',
  ],
]

describe('checkConfig', () => {
  it('finds nothing wrong with the sample', () => {
    expect(checkConfig(sample)).toEqual({ config: sample, findings: [] })
  })

  it.each(MISTAKES)('finds, once, where and how to mend it: %s', (_what, changes, place, remedy) => {
    const { config, findings } = checkConfig(broken(changes))
    expect(findings).toEqual([
      { place, problem: expect.stringMatching(/\S/), remedy: expect.stringContaining(remedy) },
    ])
    expect(config).toBeUndefined()
  })

  it('reports many mistakes together, whatever their kinds', () => {
    const several = [
      'an email address is none',
      "an app's identity is misspelt",
      'a language is unknown',
      'a table name is illegal',
      'an index is misspelt',
      'a prefix would catch others',
      'nobody is the owner of a record',
      'the time to keep is in words',
      'a category is not used',
      'a learnt identity is misspelt',
      'holdings wait for each other',
      'a holding is a function',
    ]
    const mistakes = MISTAKES.filter(([what]) => several.includes(what))
    const changes = Object.assign({}, ...mistakes.map(([, change]) => change)) as Changes // of rows of Changes
    const places = checkConfig(broken(changes)).findings.map(({ place }) => place)
    expect(places.toSorted()).toEqual(mistakes.map(([, , place]) => place).toSorted())
    expect(mistakes).toHaveLength(several.length)
  })

  it('names the loop', () => {
    const changes = {
      [`${holdings}.views.after`]: ['forms'],
      [`${holdings}.forms.after`]: ['contacts'],
      [`${holdings}.contacts.after`]: ['views'],
    }
    expect(checkConfig(broken(changes)).findings[0]?.problem).toContain('views -> forms -> contacts -> views')
  })

  it('accepts localhost without encryption, and a host with a port', () => {
    for (const publicUrl of [
      'http://localhost:3000',
      'https://delete.example.com:8443',
      'https://delete.example.com/',
    ]) {
      expect(checkConfig(broken({ publicUrl })).findings).toEqual([])
    }
  })

  it('leaves out the slash at the end of the public address, as paths begin with one', () => {
    const { config } = checkConfig(broken({ publicUrl: 'https://delete.example.com/' }))
    expect(config?.publicUrl).toBe('https://delete.example.com')
  })

  it.each([[undefined], [null], ['text'], [[]], [{}], [{ dataMap: { holdings: [1, null], tables: null } }]])(
    'refuses what is no configuration at all: %j',
    (input) => {
      expect(checkConfig(input).config).toBeUndefined()
      expect(checkConfig(input).findings.length).toBeGreaterThan(0)
    },
  )
})

describe('formatFindings', () => {
  it('puts place, problem and remedy under each other, and counts', () => {
    const finding = { place: 'apps.shop', problem: 'is wrong', remedy: 'make it right' }
    expect(formatFindings([finding, finding])).toBe(
      'apps.shop\n  is wrong\n  → make it right\n\napps.shop\n  is wrong\n  → make it right\n\n2 findings',
    )
  })
})

describe('loadConfig', () => {
  it('reads the default export', async () => {
    expect(await loadConfig('deletion.config.ts')).toBe(sample)
  })

  it('says which file is missing', async () => {
    await expect(loadConfig('missing.config.ts')).rejects.toThrow('missing.config.ts does not exist')
  })

  it('says when there is no default export', async () => {
    await expect(loadConfig('shared/config/define.ts')).rejects.toThrow('no default export')
  })

  it('says why a file could not be read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'config-'))
    const file = join(folder, 'deletion.config.ts')
    await writeFile(file, "throw new Error('no such company')")
    await expect(loadConfig(file)).rejects.toThrow(`${file} could not be read: no such company`)
    await rm(folder, { recursive: true })
  })
})
