/** Addresses in a sample of a table that are not stored in their normal form: a request may not find what is under them. */
import type { DataMap, SortCondition, TableHolding } from '../data-map/data-map.ts'
import { conditionsOf, templatesOf } from '../data-map/key-conditions.ts'
import { type ParsedTemplate, parseTemplate } from '../data-map/template.ts'
import { spellingsOf } from '../platform/email-address.ts'
import type { SampledItem } from './deployed.ts'

/** Numbers only, never a value. */
export interface AddressSpellings {
  /** By which a holding finds items, or tells whose they are. */
  readonly attribute: string
  /** Addresses in the sample. */
  readonly addresses: number
  /** Of these, those that are found only by a request that has met the same spelling. */
  readonly spelledOtherwise: number
}

/** One for each attribute with addresses that are spelled otherwise. @param holdings Of the table. */
export function addressSpellings(
  map: DataMap,
  holdings: readonly TableHolding[],
  items: readonly SampledItem[],
): readonly AddressSpellings[] {
  const readers = holdings.flatMap(({ find, owner = {} }) =>
    [...conditionsOf(find), ...Object.entries(owner)].flatMap(([attribute, condition]) =>
      patternsOf(map, condition).map((pattern) => ({ attribute, pattern })),
    ),
  )
  return [...Map.groupBy(readers, ({ attribute }) => attribute)].flatMap(([attribute, those]) => {
    const found = items.map((item) => those.flatMap(({ pattern }) => addressesIn(pattern, item[attribute])))
    const addresses = found.filter(({ length }) => length > 0)
    const spelledOtherwise = addresses.filter((some) => !some.some(isFound)).length
    return spelledOtherwise > 0 ? [{ attribute, addresses: addresses.length, spelledOtherwise }] : []
  })
}

const addressesIn = (pattern: RegExp, text: string | undefined): readonly string[] =>
  text === undefined ? [] : Object.values(pattern.exec(text)?.groups ?? {}).filter((one) => one.includes('@'))

/** A request that knows the address by another spelling looks for its normal form, and for that in Unicode. */
function isFound(stored: string): boolean {
  const [address = ''] = spellingsOf(stored)
  return spellingsOf(address).includes(stored)
}

/** Expressions whose groups are addresses. The ends of a range name nobody. */
function patternsOf(map: DataMap, condition: SortCondition): readonly RegExp[] {
  const isPrefix = typeof condition !== 'string' && 'beginsWith' in condition
  if (typeof condition !== 'string' && !isPrefix) return []
  return templatesOf(condition)
    .map(parseTemplate)
    .filter(({ identities }) => identities.some((name) => map.identities[name]?.normalise === 'email'))
    .map((template) => new RegExp(`^${sourceOf(map, template)}${isPrefix ? '' : '$'}`, 's'))
}

const sourceOf = ({ identities }: DataMap, { parts }: ParsedTemplate): string =>
  parts
    .map((part, n) => {
      if (typeof part === 'string') return RegExp.escape(part)
      const some = n === parts.length - 1 ? '.+' : '.+?'
      return identities[part.identity]?.normalise === 'email' ? `(?<address${n}>${some})` : some
    })
    .join('')
