import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HURT } from '../../infra/constructs/alarms/articles.ts'
import { FAILURES } from '../../shared/platform/errors.ts'
import type { OperatorReason, ReviewReason } from '../../shared/requests/problem.ts'

const REASONS = {
  by_operator: true,
  early: true,
  every_plan: true,
  incomplete_plan: true,
  login_shaped: true,
  manual: true,
  no_progress: true,
  not_taken: true,
  paused: true,
  residue: true,
  return_unclear: true,
  review_when: true,
  second_person: true,
  stale: true,
  too_big: true,
  too_many_identities: true,
  too_many_lookups: true,
  undated: true,
  unknown_identity: true,
} satisfies Record<OperatorReason | ReviewReason, true>

const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8')
const [, ...parts] = runbook.split(/^## /m)
const articlesOf = (title: string): readonly string[] =>
  (parts.find((part) => part.startsWith(`${title}\n`)) ?? '').split(/^### /m).slice(1)
/** An article may be of several names that mean the same: its title has them all. */
const titlesOf = (title: string) =>
  articlesOf(title).map((article) => (article.split('\n')[0] ?? '').split(', '))

describe('the runbook', () => {
  it.each([
    ['Alarms', HURT],
    ['Error codes', FAILURES],
    ['Reasons', REASONS],
  ])('has an article for each of the %s, and no other', (title, names) => {
    expect(titlesOf(title).flat()).toEqual(Object.keys(names).toSorted())
  })

  it('has an anchor for each name that shares its article', () => {
    const shared = ['Alarms', 'Error codes', 'Reasons'].flatMap(titlesOf).filter(({ length }) => length > 1)
    const anchors = [...runbook.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id)
    expect(anchors).toEqual(shared.flat().map((name) => name.toLowerCase()))
  })

  it('says in each article what it means, what to look at, what to do, and when not', () => {
    for (const article of ['Alarms', 'Error codes', 'Reasons'].flatMap(articlesOf)) {
      expect(article.match(/\*\*(.+?)\.\*\* \S/g)).toHaveLength(4)
    }
  })
})
