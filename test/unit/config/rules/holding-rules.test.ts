import { describe, expect, it } from 'vitest'
import { checkConfig } from '../../../../shared/config/validate.ts'
import {
  broken,
  type Changes,
  checkWith,
  GONE,
  HOLDINGS,
  type Mistake,
  onlyAt,
  TABLES,
} from '../../../fixtures/companies/mistakes.ts'

const redaction = `${HOLDINGS}.chat.action.redact`
const retention = `${HOLDINGS}.bills.action.retain`
const views = `${HOLDINGS}.views`

/** The chat's redaction with these places, too. */
const redacting = (places: Readonly<Record<string, unknown>>): Changes => ({
  [redaction]: { author: 'remove', ...places },
})
const keeping = (keep: unknown, changes: Changes = {}): Changes => ({
  [`${retention}.keep`]: keep,
  ...changes,
})

const erasing = { action: 'erase', category: 'orders', scope: 'account' }
const FUNCTION = 'arn:aws:lambda:ap-southeast-1:111122223333:function:erase-files'
const files = `${HOLDINGS}.files`
const FILES: Changes = { [files]: { function: FUNCTION, ...erasing } }
const paper = `${HOLDINGS}.paper`
const PAPER: Changes = {
  [paper]: { manual: { vi: 'Hủy hồ sơ', en: 'Shred the file' }, category: 'orders', scope: 'account' },
}

const MISTAKES: readonly Mistake[] = [
  // Places
  [
    'a place leads nowhere',
    redacting({ 'notes[0].text': 'remove' }),
    `${redaction}.notes[0].text`,
    "'notes[*].text'",
  ],
  [
    'elements are chosen for everybody',
    redacting({ 'members[role=admin]': 'remove' }),
    `${redaction}.members[role=admin]`,
    "'members[userId={userId}].name'",
  ],
  [
    'elements are chosen by a group',
    redacting({ 'members[store={storeId}]': 'remove' }),
    `${redaction}.members[store={storeId}]`,
    'person and alias',
  ],
  [
    'elements are chosen by a misspelt identity',
    redacting({ 'watchers[{userid}]': 'remove' }),
    `${redaction}.watchers[{userid}]`,
    'did you mean "userId"?',
  ],
  [
    'elements are replaced',
    redacting({ 'watchers[{userId}]': { constant: 'x' } }),
    `${redaction}.watchers[{userId}]`,
    "'remove' the elements",
  ],
  [
    'all elements are replaced',
    redacting({ 'tags[*]': { constant: 'x' } }),
    `${redaction}.tags[*]`,
    "'remove' the elements",
  ],
  [
    'a place is inside another',
    redacting({ 'buyer.name': 'remove', buyer: 'remove' }),
    `${redaction}.buyer.name`,
    'leave one of the two out',
  ],
  [
    'a place is the same as another',
    redacting({ 'm[*].name': 'remove', 'm[userId={userId}].name': 'remove' }),
    `${redaction}.m[userId={userId}].name`,
    'leave one of the two out',
  ],
  [
    'a place is inside the primary key',
    redacting({ 'thread.title': 'remove' }),
    `${redaction}.thread.title`,
    'erase the items',
  ],
  [
    'a place is inside the key of an index',
    { [redaction]: { 'author.name': 'remove' } },
    `${redaction}.author.name`,
    "redact 'author' as a whole",
  ],
  [
    'the key of an index becomes a number',
    { [redaction]: { author: { constant: 0 } } },
    `${redaction}.author`,
    "'remove' it",
  ],
  [
    'a constant is a list',
    redacting({ body: { constant: [] } }),
    `${redaction}.body.constant`,
    'text, number or boolean',
  ],
  [
    'a constant is no number',
    redacting({ body: { constant: Number.NaN } }),
    `${redaction}.body.constant`,
    'text, number or boolean',
  ],
  ['a change is unknown', redacting({ body: 'blank' }), `${redaction}.body`, "'remove'"],
  // What is kept
  ['what is kept is a text', keeping('total'), `${retention}.keep`, 'a list of the attributes'],
  ['what is kept has no name', keeping(['']), `${retention}.keep.0`, 'name of an attribute'],
  ['the primary key is kept', keeping(['total', 'billNo']), `${retention}.keep.1`, 'leave it out'],
  [
    'an attribute is kept twice',
    keeping(['total', 'total']),
    `${retention}.keep.1`,
    'leave one of the two out',
  ],
  [
    'nobody is the owner of what is cut down',
    keeping(['total'], { [`${HOLDINGS}.bills.owner`]: GONE }),
    `${HOLDINGS}.bills.owner`,
    'state the attribute',
  ],
  [
    'nobody is the owner of what gets an end',
    { [`${HOLDINGS}.bills.owner`]: GONE },
    `${HOLDINGS}.bills.owner`,
    'state the attribute',
  ],
  [
    'nobody is the owner of what is kept and, once that is over, erased',
    {
      [`${HOLDINGS}.lines.owner`]: GONE,
      [`${HOLDINGS}.lines.action`]: {
        retain: {
          because: 'tax',
          until: { from: 'soldAt', format: 'iso', for: 'P10Y' },
          ends: { by: 'owner', owner: 'law@example.com' },
        },
      },
    },
    `${HOLDINGS}.lines.owner`,
    'state the attribute',
  ],
  [
    'it is said why others lose what nothing takes away',
    {
      [`${views}.action`]: { leave: 'statistics' },
      [`${views}.strands`]: 'nobody looks for the pages viewed',
    },
    `${views}.strands`,
    'take it out',
  ],
  [
    'a word explains why others lose something',
    { [`${views}.strands`]: 'yes' },
    `${views}.strands`,
    'as a sentence',
  ],
  ['keeping ends by a rule', { [`${retention}.ends`]: { by: 'rule' } }, `${retention}.ends.by`, "by: 'ttl'"],
  [
    'what is kept is inside an attribute',
    keeping(['buyer.taxNo']),
    `${retention}.keep.0`,
    'not of what is inside it',
  ],
  // Conditions
  ['an exception is empty', { [`${views}.unless`]: {} }, `${views}.unless`, "{ role: 'owner' }"],
  [
    'an exception has no attribute',
    { [`${views}.unless`]: { ' ': true } },
    `${views}.unless. `,
    'of the item itself',
  ],
  [
    'an exception leads into a map',
    { [`${views}.unless`]: { 'buyer.vip': true } },
    `${views}.unless.buyer.vip`,
    'of the item itself',
  ],
  [
    'an exception is a list',
    { [`${views}.unless`]: { role: ['owner'] } },
    `${views}.unless.role`,
    '{ exists: true }',
  ],
  ['an exception is nothing', { [`${views}.unless`]: { role: null } }, `${views}.unless.role`, "'owner'"],
  [
    'an exception exists always',
    { [`${views}.unless`]: { SK: { exists: true } } },
    `${views}.unless.SK`,
    'another attribute',
  ],
  [
    'a number is compared with a text',
    { [`${HOLDINGS}.lines.unless`]: { line: '1' } },
    `${HOLDINGS}.lines.unless.line`,
    'give a number',
  ],
  [
    'the key of an index is compared with a boolean',
    { [`${HOLDINGS}.chat.unless`]: { author: true } },
    `${HOLDINGS}.chat.unless.author`,
    'give a text',
  ],
  [
    'what is left has exceptions',
    { [`${views}.action`]: { leave: 'statistics' }, [`${views}.unless`]: { role: 'owner' } },
    `${views}.unless`,
    'take it out',
  ],
  [
    'a review is asked for without a condition',
    { [`${views}.reviewWhen`]: {} },
    `${views}.reviewWhen`,
    "{ role: 'owner' }",
  ],
  [
    'a review is asked for always',
    { [`${views}.reviewWhen`]: { PK: { exists: true } } },
    `${views}.reviewWhen.PK`,
    'another attribute',
  ],
  // What is not in tables
  [
    'a function is named without its ARN',
    { ...FILES, [`${files}.function`]: 'erase-files' },
    `${files}.function`,
    'arn:aws:lambda',
  ],
  [
    'a function is of another region than a key',
    { ...FILES, [`${TABLES}.chat.kmsKeyArn`]: 'arn:aws:kms:eu-west-1:111122223333:key/0000' },
    `${files}.function`,
    'deploy once for each',
  ],
  [
    'a function is of another account',
    { ...FILES, [`${HOLDINGS}.copies`]: { function: FUNCTION.replace('1111', '2222'), ...erasing } },
    `${HOLDINGS}.copies.function`,
    'deploy once for each',
  ],
  [
    'a function has a local address',
    { ...FILES, [`${files}.local`]: 'http://localhost' },
    `${files}.local`,
    './examples/files.ts',
  ],
  [
    'a function redacts',
    { ...FILES, [`${files}.action`]: { redact: { name: 'remove' } } },
    `${files}.action`,
    "'erase'",
  ],
  [
    'a function is worked page by page',
    { ...FILES, [`${files}.per`]: 'orders' },
    `${files}.per`,
    'use one of',
  ],
  [
    'a function is a parent',
    { ...FILES, [`${HOLDINGS}.lines.per`]: 'files' },
    `${HOLDINGS}.lines.per`,
    'learns the record identity',
  ],
  [
    'a function has a misspelt category',
    { ...FILES, [`${files}.category`]: 'order' },
    `${files}.category`,
    'did you mean "orders"?',
  ],
  [
    'a function waits for itself',
    { ...FILES, [`${files}.after`]: ['views'], [`${views}.after`]: ['files'] },
    views,
    'out of the loop',
  ],
  [
    'a function finds the people of an app',
    { ...FILES, 'dataMap.identities.threadsId': { of: 'alias' }, 'apps.shop.identity': 'threadsId' },
    'apps.shop.identity',
    '{threadsId}',
  ],
  [
    'a task has no text in a language',
    { ...PAPER, [`${paper}.manual.vi`]: GONE },
    `${paper}.manual.vi`,
    'Vietnamese',
  ],
  ['a task has an action', { ...PAPER, [`${paper}.action`]: 'erase' }, `${paper}.action`, 'manual'],
  [
    'a task is a parent',
    { ...PAPER, [`${HOLDINGS}.lines.per`]: 'paper' },
    `${HOLDINGS}.lines.per`,
    'learns the record identity',
  ],
]

describe('what a holding does', () => {
  it.each(MISTAKES)('is found wrong, once, where and how to mend it: %s', (_what, changes, place, remedy) => {
    const { config, findings } = checkWith(changes)
    expect(findings).toEqual(onlyAt(place, remedy))
    expect(config).toBeUndefined()
  })

  it.each<[string, Changes]>([
    [
      'redact inside maps and lists',
      redacting({
        'buyer.name': 'remove',
        'buyer.vip': { constant: false },
        'notes[*].text': { constant: '' },
        'members[userId={userId}]': 'remove',
        'members[invitedBy={userId}].inviter': 'remove',
        'watchers[{userId}]': 'remove',
        'tags[*]': 'remove',
        count: { constant: 0 },
      }),
    ],
    ['put a constant into the key of an index', { [redaction]: { author: { constant: 'nobody' } } }],
    ['keep some attributes, the date and the end among them', keeping(['total', 'issuedAt', 'expiresAt'])],
    ['keep nothing but keys and date', keeping([])],
    [
      'have exceptions',
      {
        [`${views}.unless`]: { role: 'owner', pinned: true, count: 0, hold: { exists: false }, SK: 'VIEW#0' },
      },
    ],
    [
      'ask for a review, where items are left as well',
      { [`${views}.action`]: { leave: 'statistics' }, [`${views}.reviewWhen`]: { role: 'owner' } },
    ],
    ['say why others lose something', { [`${views}.strands`]: 'nobody looks for the pages viewed' }],
    [
      'leave what an index finds, without an owner',
      { [`${HOLDINGS}.chat.action`]: { leave: 'public posts' }, [`${HOLDINGS}.chat.owner`]: GONE },
    ],
    ['be a function', FILES],
    [
      'be a version of a function, with a stand-in',
      { [files]: { function: `${FUNCTION}:live`, local: './examples/files.ts', ...erasing } },
    ],
    ['be a task', PAPER],
    [
      'be done after a function, and before a task',
      { ...FILES, ...PAPER, [`${views}.after`]: ['files'], [`${paper}.after`]: ['views'] },
    ],
    ['be a function after all others', { ...FILES, [`${files}.last`]: true }],
  ])('may %s', (_what, changes) => {
    const { input, ...checked } = checkWith(changes)
    expect(checked).toMatchObject({ config: input, findings: [] })
  })

  it('may be a function alone, where the category is not named elsewhere', () => {
    const changes = { [files]: { function: FUNCTION, ...erasing, category: 'documents' } }
    const named = { 'dataMap.categories.documents': { vi: 'Tài liệu', en: 'Documents' } }
    expect(checkWith({ ...changes, ...named }).findings).toEqual([])
    expect(checkConfig(broken(changes)).findings.map(({ place }) => place)).toEqual([`${files}.category`])
  })
})
