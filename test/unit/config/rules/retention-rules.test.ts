import { describe, expect, it } from 'vitest'
import sample from '../../../../deletion.config.ts'
import { checkConfig } from '../../../../shared/config/validate.ts'
import { broken, checkWith, HOLDINGS, type Mistake, onlyAt } from '../../../fixtures/companies/mistakes.ts'

const RULE = 'dataMap.retention.contractEnded'
const RULE_ITSELF = sample.dataMap.retention?.['contractEnded']

const MISTAKES: readonly Mistake[] = [
  [
    'a reason is misspelt',
    {
      [`${HOLDINGS}.bills.action.retain.because`]: 'taxes',
      'dataMap.reasons': { tax: { vi: 'a', en: 'b' }, claim: { vi: 'a', en: 'b' } },
      [`${HOLDINGS}.forms.action`]: {
        retain: {
          because: 'claim',
          until: { from: 'at', format: 'iso', for: 'P3Y' },
          ends: { by: 'owner', owner: 'law@example.com' },
        },
      },
      [`${HOLDINGS}.contacts.action`]: {
        retain: {
          because: 'tax',
          until: { from: 'at', format: 'iso', for: 'P3Y' },
          ends: { by: 'owner', owner: 'law@example.com' },
        },
      },
    },
    `${HOLDINGS}.bills.action.retain.because`,
    'did you mean "tax"?',
  ],
  [
    'nothing ends the keeping',
    { [`${HOLDINGS}.bills.action.retain.ends`]: { by: 'nobody' } },
    `${HOLDINGS}.bills.action.retain.ends.by`,
    "by: 'ttl'",
  ],
  [
    'the end overwrites a key',
    { [`${HOLDINGS}.bills.action.retain.ends.attribute`]: 'userId' },
    `${HOLDINGS}.bills.action.retain.ends.attribute`,
    'TTL attribute',
  ],
  [
    'the end overwrites what it is counted from',
    { [`${HOLDINGS}.bills.action.retain.until.from`]: 'expiresAt' },
    `${HOLDINGS}.bills.action.retain.ends.attribute`,
    'TTL attribute',
  ],
  [
    'a table has two TTL attributes',
    {
      [`${HOLDINGS}.oldBills`]: {
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
    `${HOLDINGS}.oldBills.action.retain.ends.attribute`,
    'one TTL attribute',
  ],
  ['a rule of no holding', { [`${RULE}.holding`]: 'profil' }, `${RULE}.holding`, '"profile"'],
  ['a rule of a task', { [`${RULE}.holding`]: 'lines' }, `${RULE}.holding`, 'without per'],
  ['a rule of another date', { [`${RULE}.from`]: 'placedAt' }, `${RULE}.from`, 'endedAt'],
  ['a rule by an index without dates', { [`${RULE}.index`]: 'byIg' }, `${RULE}.from`, 'name an index'],
  ['a rule in another format', { [`${RULE}.format`]: 'epochSeconds' }, `${RULE}.format`, 'iso'],
  ['a rule in no format', { [`${RULE}.format`]: 'date' }, `${RULE}.format`, 'epochMillis'],
  ['a rule without partitions', { [`${RULE}.partitions`]: 'ended' }, `${RULE}.partitions`, 'at least one'],
  [
    'a notice of all the time there is',
    { [`${RULE}.notice`]: { before: 'P6M', email: 'userId' } },
    `${RULE}.notice.before`,
    'P14D',
  ],
  [
    'a notice to an attribute that the index has not',
    { [`${RULE}.notice`]: { before: 'P14D', email: 'mail' } },
    `${RULE}.notice.email`,
    'userId',
  ],
  [
    'a notice in words',
    { [`${RULE}.notice`]: { before: 'two weeks', email: 'userId' } },
    `${RULE}.notice.before`,
    'P10Y',
  ],
  ['a rule for nobody', { [`${RULE}.names`]: {} }, `${RULE}.names`, 'userId'],
  [
    'a rule for a shop',
    { [`${RULE}.names`]: { storeId: 'userId' } },
    `${RULE}.names.storeId`,
    'person or alias',
  ],
  ['a rule for no identity', { [`${RULE}.names`]: { userid: 'userId' } }, `${RULE}.names.userid`, '"userId"'],
  [
    'a rule for what the index lacks',
    { [`${RULE}.names`]: { userId: 'owner' } },
    `${RULE}.names.userId`,
    'userId',
  ],
  [
    'a rule with the name of another thing',
    { 'dataMap.retention': { deauthorize: RULE_ITSELF } },
    'dataMap.retention.deauthorize',
    'another',
  ],
  [
    'nobody comes back',
    { 'apps.shop.deauthorize.cameBack.holding': 'visit' },
    'apps.shop.deauthorize.cameBack.holding',
    'use one of',
  ],
  ['deauthorize by a word', { 'apps.shop.deauthorize': 'erase' }, 'apps.shop.deauthorize', "'ignore'"],
]

describe('what is kept, and what goes by itself', () => {
  it.each(MISTAKES)('is found wrong, once, where and how to mend it: %s', (_what, changes, place, remedy) => {
    const { config, findings } = checkWith(changes)
    expect(findings).toEqual(onlyAt(place, remedy))
    expect(config).toBeUndefined()
  })

  it('finds a rule that tells people where no mail can be sent', () => {
    const changes = { [`${RULE}.notice`]: { before: 'P14D', email: 'userId' } }
    const { email: _email, ...config } = broken(changes) as { readonly email: unknown }
    expect(checkConfig(config).findings).toEqual(onlyAt(`${RULE}.notice`, 'add `email`'))
  })
})
