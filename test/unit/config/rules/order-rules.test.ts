import { describe, expect, it } from 'vitest'
import sample from '../../../../deletion.config.ts'
import { checkConfig } from '../../../../shared/config/validate.ts'
import type { TableHolding } from '../../../../shared/data-map/data-map.ts'
import { broken, checkWith, HOLDINGS, type Mistake, onlyAt } from '../../../fixtures/companies/mistakes.ts'

const MISTAKES: readonly Mistake[] = [
  [
    'a parent is unknown',
    { [`${HOLDINGS}.lines.per`]: 'order' },
    `${HOLDINGS}.lines.per`,
    'did you mean "orders"?',
  ],
  [
    'what comes before is unknown',
    { [`${HOLDINGS}.views.after`]: ['session'] },
    `${HOLDINGS}.views.after.0`,
    'did you mean "sessions"?',
  ],
  [
    'something waits for the last',
    { [`${HOLDINGS}.views.after`]: ['facebookLink'] },
    `${HOLDINGS}.views.after.0`,
    'take `last`',
  ],
  [
    'a child is last',
    { [`${HOLDINGS}.lines.last`]: true },
    `${HOLDINGS}.lines.last`,
    'leave one of the two out',
  ],
  [
    'a child is of another scope',
    { [`${HOLDINGS}.lines.scope`]: 'platform' },
    `${HOLDINGS}.lines.scope`,
    'same scope',
  ],
  [
    'something waits for a child',
    { [`${HOLDINGS}.views.after`]: ['lines'] },
    `${HOLDINGS}.views.after.0`,
    'name "orders"',
  ],
  [
    'a child waits',
    { [`${HOLDINGS}.lines.after`]: ['views'] },
    `${HOLDINGS}.lines.after.0`,
    'move it to "orders"',
  ],
  [
    'a child waits for its parent',
    { [`${HOLDINGS}.lines.after`]: ['orders'] },
    `${HOLDINGS}.lines`,
    'out of the loop',
  ],
]

describe('the order of the holdings', () => {
  it.each(MISTAKES)('is found wrong, once, where and how to mend it: %s', (_what, changes, place, remedy) => {
    const { config, findings } = checkWith(changes)
    expect(findings).toEqual(onlyAt(place, remedy))
    expect(config).toBeUndefined()
  })

  it('names the loop', () => {
    const changes = {
      [`${HOLDINGS}.views.after`]: ['forms'],
      [`${HOLDINGS}.forms.after`]: ['contacts'],
      [`${HOLDINGS}.contacts.after`]: ['views'],
    }
    expect(checkConfig(broken(changes)).findings[0]?.problem).toContain('views -> forms -> contacts -> views')
  })
})

const COMMON = {
  table: 'chat',
  find: { index: 'byAuthor', author: '{userId}' },
  owner: { author: '{userId}' },
  category: 'messages',
  scope: 'account',
} as const
const bodies: TableHolding = { ...COMMON, action: { redact: { body: 'remove' } } }
const authors: TableHolding = {
  ...COMMON,
  action: { redact: { author: 'remove', 'parts.author': 'remove' } },
}
const kept: TableHolding = {
  ...COMMON,
  action: {
    retain: {
      because: 'tax',
      until: { from: 'at', format: 'iso', for: 'P1Y' },
      ends: { by: 'owner', owner: 'legal@example.com' },
      keep: ['body'],
    },
  },
}

function findingsOf(added: Readonly<Record<string, TableHolding>>) {
  const { chat: _chat, ...holdings } = sample.dataMap.holdings
  const dataMap = { ...sample.dataMap, holdings: { ...added, ...holdings } }
  return checkConfig({ ...sample, dataMap }).findings
}

describe('what takes an index’s key out of items', () => {
  it.each([
    ['a redaction', authors],
    ['what cuts an item down', kept],
  ])('is found wrong before another that finds by it: %s', (_what, first) => {
    expect(findingsOf({ first, bodies })).toEqual([
      {
        place: 'dataMap.holdings.first.action',
        problem: 'takes "author" out of the items before "bodies" has found them by it',
        remedy: "state after: ['bodies'] here, or do both in one holding",
      },
    ])
  })

  it('is right after the other, by the order of the map or as stated', () => {
    expect(findingsOf({ bodies, authors })).toEqual([])
    expect(findingsOf({ authors: { ...authors, after: ['bodies'] }, bodies })).toEqual([])
  })

  it('is right where the other finds by something else, or leaves the key alone', () => {
    expect(findingsOf({ first: bodies, bodies })).toEqual([])
    const inside: TableHolding = { ...COMMON, action: { redact: { 'author.name': 'remove' } } }
    expect(
      findingsOf({ first: { ...inside, action: { redact: { 'parts.author': 'remove' } } }, bodies }),
    ).toEqual([])
  })
})
