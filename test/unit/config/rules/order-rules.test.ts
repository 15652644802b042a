import { describe, expect, it } from 'vitest'
import sample from '../../../../deletion.config.ts'
import { checkConfig } from '../../../../shared/config/validate.ts'
import type { TableHolding } from '../../../../shared/data-map/data-map.ts'

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
