import { describe, expect, it } from 'vitest'
import config from '../../deletion.config.ts'
import { type SampleItem, sampleItems } from '../../infra/local/sample/items.ts'
import {
  ONLY_A_LINK,
  PEOPLE,
  type SamplePerson,
  TWO_THOUSAND_ITEMS,
} from '../../infra/local/sample/people.ts'
import { DEMO_PERSON, SAMPLE_TABLE_NAMES, samplePeople } from '../../infra/local/sample/sample.ts'
import type { Action, TableHolding } from '../../shared/data-map/data-map.ts'
import { actionKind, tableHoldings } from '../../shared/data-map/holdings.ts'
import { conditionsOf, templatesOf } from '../../shared/data-map/key-conditions.ts'
import { expand, parseTemplate } from '../../shared/data-map/template.ts'

const { tables, holdings } = config.dataMap
const STORED = Object.entries(sampleItems()).flatMap(([table, items]) =>
  items.map((item) => ({ table, item })),
)
type Stored = (typeof STORED)[number]

/** What a scan would look for after an erasure. */
const valuesOf = (person: SamplePerson): readonly string[] => [
  person.userId,
  person.name,
  person.metaName,
  person.email,
  person.mobile,
  person.landline,
  person.address,
  ...person.ips,
  ...[person.facebookId, person.instagramId].flatMap((id) => id ?? []),
]

function mentions(item: SampleItem, ...people: readonly SamplePerson[]): boolean {
  const written = JSON.stringify(item)
  return people.some((person) => valuesOf(person).some((value) => written.includes(value)))
}

const text = (item: SampleItem, attribute: string): string | undefined =>
  item[attribute]?.S ?? item[attribute]?.N

/** All that the person is known by, once everything has been learnt. */
const identitiesOf = (person: SamplePerson): Readonly<Record<string, readonly string[]>> => ({
  userId: [person.userId],
  email: [person.email],
  facebookId: [person.facebookId ?? []].flat(),
  instagramId: [person.instagramId ?? []].flat(),
  storeId: [person.shop?.storeId ?? []].flat(),
  deviceId: [person.shop?.deviceId ?? []].flat(),
  shopMailbox: [person.shop?.mailbox ?? []].flat(),
  orderNo: STORED.flatMap(({ item }) =>
    item['PK']?.S === `USER#${person.userId}` ? (text(item, 'no') ?? []) : [],
  ),
})

/** A test whether a holding finds an item for one person, by the map alone. */
function finder({ table, find, owner = {} }: TableHolding, known: ReturnType<typeof identitiesOf>) {
  const conditions = [...conditionsOf(find), ...Object.entries(owner)].map(([attribute, condition]) => {
    const [template = ''] = templatesOf(condition)
    const expected = expand(parseTemplate(template), (name) => known[name] ?? [])
    return { attribute, expected, isPrefix: typeof condition !== 'string' }
  })
  return (stored: Stored): boolean =>
    table === stored.table &&
    conditions.every(({ attribute, expected, isPrefix }) => {
      const held = text(stored.item, attribute) ?? ''
      return expected.some((value) => (isPrefix ? held.startsWith(value) : held === value))
    })
}

/** Person by person, what each holding that finds something would do to which item. */
const WORK = new Map(
  PEOPLE.map((person) => {
    const known = identitiesOf(person)
    const found = tableHoldings(config.dataMap).flatMap(([name, holding]) =>
      STORED.filter(finder(holding, known)).map((stored) => ({ name, stored, action: holding.action })),
    )
    return [person, Map.groupBy(found, ({ stored }) => stored)]
  }),
)

const actionsOn = (stored: Stored, person: SamplePerson): readonly Action[] =>
  WORK.get(person)
    ?.get(stored)
    ?.map(({ action }) => action) ?? []

/** The item after the person is erased; undefined if it goes. */
function erased(stored: Stored, person: SamplePerson): SampleItem | undefined {
  const actions = actionsOn(stored, person)
  if (actions.includes('erase')) return undefined
  const removed = actions.flatMap((action) =>
    action !== 'erase' && 'redact' in action ? Object.keys(action.redact) : [],
  )
  return Object.fromEntries(Object.entries(stored.item).filter(([attribute]) => !removed.includes(attribute)))
}

const isRetained = (stored: Stored, person: SamplePerson): boolean =>
  actionsOn(stored, person).some((action) => actionKind(action) === 'retain')

const countOf = (number: number): number => {
  const person = PEOPLE.find((one) => one.number === number)
  return person ? STORED.filter((stored) => actionsOn(stored, person).length > 0).length : 0
}

describe('sampleItems', () => {
  it('is the same every time', () => {
    expect(sampleItems()).toEqual(sampleItems())
  })

  it('has no key twice', () => {
    const keys = STORED.map(({ table, item }) =>
      JSON.stringify([table, ...Object.keys(tables[table]?.key ?? {}).map((attribute) => item[attribute])]),
    )
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('has every key attribute in the type that the data map states', () => {
    const wrong = STORED.filter(({ table, item }) =>
      Object.entries(tables[table]?.key ?? {}).some(([attribute, type]) => !item[attribute]?.[type]),
    )
    expect(wrong).toEqual([])
  })

  it('has forty people: one with a single item, one with 2,000, the others with 10 to 80', () => {
    expect(PEOPLE).toHaveLength(40)
    expect(countOf(ONLY_A_LINK)).toBe(1)
    expect(countOf(TWO_THOUSAND_ITEMS)).toBe(2000)
    for (const { number } of PEOPLE) {
      if (number === ONLY_A_LINK || number === TWO_THOUSAND_ITEMS) continue
      expect(countOf(number)).toBeGreaterThanOrEqual(10)
      expect(countOf(number)).toBeLessThanOrEqual(80)
    }
  })

  it("is somebody's to the last item, but for what shops share", () => {
    const nobodys = STORED.filter((stored) => !PEOPLE.some((person) => actionsOn(stored, person).length > 0))
    const keys = nobodys.map(({ item }) => `${text(item, 'PK')} ${text(item, 'SK')}`)
    expect(keys).toHaveLength(40)
    expect(keys.every((key) => /^(STORE|DEVICE|MAILBOX)#\S+ (PROFILE|SETTINGS|INFO)$/.test(key))).toBe(true)
  })

  it('uses every holding', () => {
    const used = [...WORK.values()].flatMap((found) => [...found.values()].flat().map(({ name }) => name))
    expect(new Set(used)).toEqual(new Set(Object.keys(holdings)))
  })

  it.each(PEOPLE.map((person) => [person.number, person] as const))(
    'leaves nothing of person %i when the data map is carried out, and takes nothing from others',
    (_number, person) => {
      const left = STORED.flatMap((stored) => {
        const item = erased(stored, person)
        return item && mentions(item, person) && !isRetained(stored, person) ? [item] : []
      })
      expect(left).toEqual([])
      const taken = STORED.filter((stored) => erased(stored, person) === undefined)
      const others = PEOPLE.filter((other) => other !== person)
      expect(taken.filter(({ item }) => mentions(item, ...others))).toEqual([])
    },
  )

  it('never has a value of one person inside a value of another', () => {
    const clashes = PEOPLE.flatMap((person) =>
      PEOPLE.filter((other) => other !== person).flatMap((other) =>
        valuesOf(person).filter((value) => valuesOf(other).some((longer) => longer.includes(value))),
      ),
    )
    expect(clashes).toEqual([])
  })

  it('keeps the shop, the owner and the colleague of a member of staff as they were', () => {
    const inShop = PEOPLE.filter(({ shop }) => shop?.storeId === 's01')
    const staff = inShop.find(({ shop }) => shop?.role === 'staff')
    if (!staff) throw new TypeError('the first shop has no staff')
    const rest = inShop.filter((person) => person !== staff)
    expect(new Set(rest.map(({ shop }) => shop?.role))).toEqual(new Set(['owner', 'staff']))
    const partitions = [...rest.map(({ userId }) => `USER#${userId}`), 'STORE#s01', 'DEVICE#till-01']
    const touched = STORED.filter((stored) => partitions.includes(text(stored.item, 'PK') ?? '')).filter(
      (stored) => actionsOn(stored, staff).length > 0,
    )
    expect(touched.map(({ item }) => text(item, 'SK'))).toEqual([
      `STAFF#${staff.userId}`,
      `USER#${staff.userId}`,
    ])
  })
})

describe('samplePeople', () => {
  it('names everybody once, by 15 to 17 digits', () => {
    const ids = samplePeople().map(({ userId }) => userId)
    expect(new Set(ids).size).toBe(40)
    expect(ids.filter((id) => !/^[0-9]{15,17}$/.test(id))).toEqual([])
  })

  it('has ids that would be taken for each other if they were read as numbers', () => {
    const ids = samplePeople().map(({ userId }) => userId)
    expect(new Set(ids.map(Number)).size).toBeLessThan(ids.length)
  })

  it('uses reserved addresses only', () => {
    expect(samplePeople().filter(({ email }) => !/^[a-z.]+[0-9]{2}@example\.com$/.test(email))).toEqual([])
  })

  it('has somebody for the demonstration, with something to erase, to redact and to keep', () => {
    const person = PEOPLE.find(({ facebookId }) => facebookId === DEMO_PERSON.userId)
    expect(samplePeople()).toContainEqual(DEMO_PERSON)
    const kinds = STORED.flatMap((stored) => (person ? actionsOn(stored, person).map(actionKind) : []))
    expect([...new Set(kinds)].toSorted()).toEqual(['erase', 'redact', 'retain'])
  })

  it('has people of every app', () => {
    expect([...new Set(samplePeople().map(({ app }) => app))].toSorted()).toEqual(
      Object.keys(config.apps).toSorted(),
    )
  })
})

describe('SAMPLE_TABLE_NAMES', () => {
  it('are those of the configuration', () => {
    expect(SAMPLE_TABLE_NAMES).toEqual(
      Object.fromEntries(Object.entries(tables).map(([key, { name }]) => [key, name])),
    )
  })
})
