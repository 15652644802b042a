/** What a worker had taken of a page when it died, by what is left of the page. */
import { describe, expect, it } from 'vitest'
import type { DataMap, TableHolding } from '../../../shared/data-map/data-map.ts'
import { finderOf, missingFrom, missingUnderOtherMap } from '../../../shared/erasure/page-at-work.ts'
import { cursorsOf } from '../../../shared/person/cursors.ts'
import type { Checkpoint } from '../../../shared/requests/checkpoint.ts'
import { toItem } from '../../fixtures/companies/small-company.ts'
import { withRecords } from '../../fixtures/world/company.ts'
import { inMemory } from '../../fixtures/world/in-memory.ts'

const TEXT = { vi: 'x', en: 'x' }
const NOTES = {
  table: 'own',
  find: { PK: 'USER#{userId}', SK: { beginsWith: 'NOTE#' } },
  action: 'erase',
  category: 'c',
  scope: 'account',
} as const

/** A company of one holding, with notes of these numbers; a page has two. */
function companyOf(there: readonly number[], name = 'notes', holding: Partial<TableHolding> = {}) {
  const map: DataMap = {
    identities: { userId: { of: 'person' } },
    tables: { own: { name: 'Own', key: { PK: 'S', SK: 'S' }, backupsKeptFor: 'P1D' } },
    holdings: { [name]: { ...NOTES, ...holding } },
    categories: { c: TEXT },
    reasons: {},
  }
  const world = inMemory()
  const company = world.open(
    map,
    withRecords((behind) => ({ page: (query, after) => behind.page({ ...query, limit: 2 }, after) })),
  )
  world.put('Own', ...there.map((no) => toItem({ PK: 'USER#u1', SK: `NOTE#${no}` })))
  const work = company.work({ userId: ['u1'] })
  const [step] = work.ready.roots
  if (!step) throw new Error('the map has a holding')
  return { work, step }
}
const beyond = (no: number) => ({ query: 0, after: { PK: { S: 'USER#u1' }, SK: { S: `NOTE#${no}` } } })

describe('of a page that was begun', () => {
  const missing = (there: readonly number[], items = 2) => {
    const { work, step } = companyOf(there)
    return missingFrom(work, step, undefined, { items: { notes: items }, end: beyond(2) })
  }

  it('is missing what is gone', async () => {
    expect(await missing([1, 2, 3, 4])).toEqual({})
    expect(await missing([2, 3, 4])).toEqual({ notes: 1 })
    expect(await missing([])).toEqual({ notes: 2 })
  })

  it('is missing all, where all that is there comes after its end', async () => {
    expect(await missing([3, 4, 5])).toEqual({ notes: 2 })
  })

  it('is missing nothing, where more has come into it', async () => {
    expect(await missing([0, 1, 2], 1)).toEqual({})
  })

  it('is missing what it had more, where it was the last', async () => {
    const { work, step } = companyOf([4])
    const begun = { items: { notes: 2 }, end: undefined }
    expect(await missingFrom(work, step, beyond(2), begun)).toEqual({ notes: 1 })
  })

  it('is missing, by its name, what counts under a holding that finds nothing here any more', async () => {
    const { work, step } = companyOf([1, 2])
    const begun = { items: { notes: 2, lines: 3 }, end: undefined }
    expect(await missingFrom(work, step, undefined, begun)).toEqual({ lines: 3 })
  })
})

describe('what finds the items of a holding', () => {
  it('is the same under another name and with another action, and not with another key', () => {
    const finder = finderOf(companyOf([]).step)
    expect(finder).toHaveLength(12)
    expect(finderOf(companyOf([], 'remarks', { action: { redact: { text: 'remove' } } }).step)).toBe(finder)
    expect(finderOf(companyOf([], 'notes', { find: { PK: 'USER#{userId}' } }).step)).not.toBe(finder)
  })
})

describe('under another map', () => {
  const cursors = () =>
    cursorsOf({
      seal: async (value) => JSON.stringify(value),
      open: async (text) => JSON.parse(text) as unknown,
    })

  async function missing(more: Partial<Checkpoint> = {}, company = companyOf([2, 3], 'remarks')) {
    const row: Checkpoint = {
      mapHash: 'old',
      pass: 1,
      round: 1,
      phase: 'erase',
      planned: {},
      done: { erased: [], redacted: [], retained: [] },
      holding: 'notes',
      values: 1,
      page: { notes: 2, lines: 3 },
      pageEnd: (await cursors().seal(beyond(2))) ?? '',
      finder: finderOf(company.step),
      ...more,
    }
    return missingUnderOtherMap({ work: company.work, cursors: cursors() }, row)
  }

  it('is missing the same, by the name that the holding has now', async () => {
    expect(await missing()).toEqual({ remarks: 1, lines: 3 })
    expect(await missing({ page: { lines: 3 } })).toEqual({ lines: 3 })
  })

  it('is missing nothing that could be told, where no holding finds the page', async () => {
    expect(await missing({ finder: 'another' })).toEqual({})
    expect(await missing({ values: 2 })).toEqual({})
    expect(await missing({ phase: 'verify' })).toEqual({})
  })

  it('is missing nothing by a row of an earlier version, or one without a page', async () => {
    expect(await missing({ page: 2 })).toEqual({})
    const { work } = companyOf([2, 3])
    const row = { mapHash: 'old', pass: 1, round: 1, phase: 'erase', planned: {}, values: 1 } as const
    const done = { erased: [], redacted: [], retained: [] }
    expect(await missingUnderOtherMap({ work, cursors: cursors() }, { ...row, done })).toEqual({})
  })
})
