import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import sample from '../../../deletion.config.ts'
import { formatFindings } from '../../../shared/config/findings.ts'
import { loadConfig } from '../../../shared/config/load.ts'
import { checkConfig } from '../../../shared/config/validate.ts'
import {
  broken,
  type Changes,
  checkWith,
  GONE,
  HOLDINGS,
  type Mistake,
  onlyAt,
  TABLES,
} from '../../fixtures/companies/mistakes.ts'

const RULE = 'dataMap.retention.contractEnded'

const MISTAKES: readonly Mistake[] = [
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
    { [`${HOLDINGS}.instagramLink.scope`]: 'account' },
    'apps.insta.identity',
    '{instagramId}',
  ],
  [
    'nothing came from Meta',
    Object.fromEntries(
      Object.keys(sample.dataMap.holdings).map((name) => [`${HOLDINGS}.${name}.scope`, 'account']),
    ),
    'apps.insta.scope',
    "scope: 'platform'",
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
      [`${HOLDINGS}.memberships.learns`]: { storeId: 'storeId', shopMailbox: 'mailbox' },
      [`${HOLDINGS}.sessions.learns`]: GONE,
    },
    'dataMap.identities.deviceId',
    'learns: { deviceId',
  ],
  // Tables
  [
    'a table name is illegal',
    { [`${TABLES}.chat.name`]: 'Chat messages' },
    `${TABLES}.chat.name`,
    '3 to 255',
  ],
  [
    'a path to what is learnt leads nowhere',
    { [`${HOLDINGS}.orders.learns`]: { orderNo: 'orders[0].no' } },
    `${HOLDINGS}.orders.learns.orderNo`,
    "'orders[*].no'",
  ],
  ['review is a word of its own', { 'dataMap.review': 'sometimes' }, 'dataMap.review', "'always'"],
  [
    'an index is misspelt',
    { [`${HOLDINGS}.chat.find.index`]: 'byAuthors' },
    `${HOLDINGS}.chat.find.index`,
    'did you mean "byAuthor"?',
  ],
  [
    'a prefix would catch others',
    { [`${HOLDINGS}.orders.find.SK.beginsWith`]: 'ORDER' },
    `${HOLDINGS}.orders.find.SK`,
    "'ORDER#'",
  ],
  // What it does there
  [
    'nobody is the owner of a record',
    { [`${HOLDINGS}.lines.owner`]: GONE },
    `${HOLDINGS}.lines.owner`,
    'state the attribute',
  ],
  [
    'nobody is the owner of what an index finds',
    { [`${HOLDINGS}.chat.owner`]: GONE },
    `${HOLDINGS}.chat.owner`,
    'state the attribute',
  ],
  [
    'the owner is a shop',
    { [`${HOLDINGS}.lines.owner`]: { storeId: '{storeId}' } },
    `${HOLDINGS}.lines.owner.storeId`,
    'person and alias',
  ],
  [
    'the owner is nobody',
    { [`${HOLDINGS}.lines.owner`]: { kind: 'line' } },
    `${HOLDINGS}.lines.owner.kind`,
    'person and alias',
  ],
  [
    'the action is unknown',
    { [`${HOLDINGS}.views.action`]: 'delete' },
    `${HOLDINGS}.views.action`,
    "'erase'",
  ],
  [
    'nothing is redacted',
    { [`${HOLDINGS}.chat.action`]: { redact: {} } },
    `${HOLDINGS}.chat.action.redact`,
    'about the person',
  ],
  [
    'a primary key is redacted',
    { [`${HOLDINGS}.chat.action.redact.thread`]: 'remove' },
    `${HOLDINGS}.chat.action.redact.thread`,
    'erase the items',
  ],
  [
    'an index key is made empty',
    { [`${HOLDINGS}.chat.action.redact.author`]: { constant: '' } },
    `${HOLDINGS}.chat.action.redact.author`,
    "'remove' it",
  ],
  [
    'the time to keep is in words',
    { [`${HOLDINGS}.bills.action.retain.until.for`]: 'ten years' },
    `${HOLDINGS}.bills.action.retain.until.for`,
    'P10Y',
  ],
  [
    'a learnt identity is misspelt',
    { [`${HOLDINGS}.profile.learns`]: { emial: 'email' } },
    `${HOLDINGS}.profile.learns.emial`,
    'did you mean "email"?',
  ],
  [
    'a child would teach a person',
    { [`${HOLDINGS}.lines.learns`]: { userId: 'userId' } },
    `${HOLDINGS}.lines.learns.userId`,
    'another holding learn it',
  ],
  [
    'a category is misspelt',
    { [`${HOLDINGS}.views.category`]: 'visit' },
    `${HOLDINGS}.views.category`,
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
  [
    'holdings wait for each other',
    { [`${HOLDINGS}.views.after`]: ['sessions'], [`${HOLDINGS}.sessions.after`]: ['views'] },
    `${HOLDINGS}.sessions`,
    'out of the loop',
  ],
  // What comes later
  [
    'nobody tells a recipient',
    { recipients: [{ name: 'X Ltd', how: 'xs' }] },
    'recipients.0.how',
    'use one of',
  ],
  ['a table tells nobody', { recipients: [{ name: 'X Ltd', how: 'profile' }] }, 'recipients.0.how', 'manual'],
  ['a recipient without a name', { recipients: [{ how: 'profile' }] }, 'recipients.0.name', 'know it by'],
  ['a rule of no index', { [`${RULE}.index`]: 'byEnds' }, `${RULE}.index`, '"byEnd"'],
]

describe('checkConfig', () => {
  it('finds nothing wrong with the sample', () => {
    expect(checkConfig(sample)).toEqual({ config: sample, findings: [], notes: [] })
  })

  it.each(MISTAKES)('finds, once, where and how to mend it: %s', (_what, changes, place, remedy) => {
    const { config, findings } = checkWith(changes)
    expect(findings).toEqual(onlyAt(place, remedy))
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
      'a rule of no index',
    ]
    const mistakes = MISTAKES.filter(([what]) => several.includes(what))
    const changes = Object.assign({}, ...mistakes.map(([, change]) => change)) as Changes // of rows of Changes
    const places = checkConfig(broken(changes)).findings.map(({ place }) => place)
    expect(places.toSorted()).toEqual(mistakes.map(([, , place]) => place).toSorted())
    expect(mistakes).toHaveLength(several.length)
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
