/** The values that find a person's records: those that the request names, and those learnt from the records. */
import { type DataMap, NEVER, type TableHolding } from '../data-map/data-map.ts'
import { tableHoldings } from '../data-map/holdings.ts'
import { conditionsOf, templatesOf } from '../data-map/key-conditions.ts'
import { isNumber } from '../data-map/numbers.ts'
import { delimiters, parseTemplate, type Values } from '../data-map/template.ts'
import { normalAddress, spellingsOf } from '../platform/email-address.ts'
import { ServiceError } from '../platform/errors.ts'
import { subjectHash } from '../requests/code.ts'

/** Values by identity, each once, in the order they were learnt; of an address, every spelling that is looked up. */
export type Identities = Readonly<Record<string, readonly string[]>>

export const valuesOf =
  (identities: Identities): Values =>
  (identity) =>
    identities[identity] ?? []

export function mergeAll(all: readonly Identities[]): Identities {
  const merged = new Map<string, Set<string>>()
  for (const identities of all) {
    for (const [name, values] of Object.entries(identities)) {
      const known = merged.get(name) ?? new Set()
      merged.set(name, known)
      for (const value of values) known.add(value)
    }
  }
  return Object.fromEntries(Array.from(merged, ([name, values]) => [name, [...values]]))
}

export const merge = (a: Identities, b: Identities): Identities => mergeAll([a, b])

export const count = (identities: Identities): number => Object.values(identities).flat().length

/** Kinds whose values are kept with the request; there may be any number of `record` values, so those are not. */
export const STORED = ['person', 'alias', 'group']
/** Kinds that name one human being: claims and limits are about these. */
export const PERSONAL = ['person', 'alias']

export const isPersonal = ({ identities }: DataMap, name: string): boolean =>
  PERSONAL.includes(identities[name]?.of ?? '')

/** Only the values of these kinds. */
export const ofKinds = (map: DataMap, identities: Identities, kinds: readonly string[]): Identities =>
  Object.fromEntries(
    Object.entries(identities).filter(([name]) => kinds.includes(map.identities[name]?.of ?? '')),
  )

/** Each value once, however it is spelled: what is hashed, and counted as one of a person's values. */
export const inNormalForm = ({ identities: of }: DataMap, identities: Identities): Identities =>
  Object.fromEntries(
    Object.entries(identities).map(([name, values]) => [
      name,
      of[name]?.normalise === 'email'
        ? [...new Set(values.map((value) => normalAddress(value) ?? value))]
        : values,
    ]),
  )

/** Only the values of these identities. */
export const ofNames = (identities: Identities, names: readonly string[]): Identities =>
  Object.fromEntries(Object.entries(identities).filter(([name]) => names.includes(name)))

/** One hash per person and alias value: claims and holds are made on these. */
export const subjectHashes = (map: DataMap, identities: Identities, indexKey: string): readonly string[] =>
  Object.entries(inNormalForm(map, ofKinds(map, identities, PERSONAL))).flatMap(([name, values]) =>
    values.map((value) => subjectHash(indexKey, name, value)),
  )

export interface Usable {
  /** The value in its normal form, which is hashed, or `undefined` if it names nobody or cannot be a key. */
  (identity: string, value: string): string | undefined
  /** The values that the tables may hold for it, the normal form first; none where there is no usable value. */
  readonly spellings: (identity: string, value: string) => readonly string[]
}

export function usableIn(map: DataMap): Usable {
  const parsed = tableHoldings(map)
    .flatMap(([, holding]) => templatesIn(holding))
    .map(parseTemplate)
  const numeric = numericIdentities(map)
  const rules = new Map(
    Object.entries(map.identities).map(([name, { normalise, never = NEVER, binary = false }]) => {
      const delimited = parsed.filter(({ identities }) => identities.includes(name)).flatMap(delimiters)
      const nobody = new Set(never.map((one) => one.toLowerCase()))
      return [name, { normalise, nobody, delimited, binary, isNumeric: numeric.includes(name) }]
    }),
  )
  const spellings: Usable['spellings'] = (name, value) => {
    const rule = rules.get(name)
    if (!rule) return []
    const isBad = (text: string): boolean =>
      text.trim() === '' ||
      /\p{Cc}/u.test(text) ||
      rule.nobody.has(text.trim().toLowerCase()) ||
      rule.delimited.some((character) => text.includes(character)) ||
      (rule.isNumeric && !isNumber(text)) ||
      (rule.binary && Buffer.from(text, 'base64').toString('base64') !== text) ||
      Buffer.byteLength(text) > MAX_VALUE_BYTES
    const all = rule.normalise === 'email' ? spellingsOf(value) : [value]
    return all.some(isBad) ? [] : all
  }
  return Object.assign((name: string, value: string) => spellings(name, value)[0], { spellings })
}

/** A sort key holds 1,024 bytes, and a template may put two values and literals into it. */
const MAX_VALUE_BYTES = 400
/** Identities in keys of type N. */
const numericIdentities = (map: DataMap): readonly string[] =>
  tableHoldings(map).flatMap(([, { table, find }]) => {
    const { key = {}, indexes } = map.tables[table] ?? {}
    const types = find.index === undefined ? key : (indexes?.[find.index]?.key ?? {})
    return conditionsOf(find).flatMap(([attribute, condition]) =>
      types[attribute] === 'N'
        ? templatesOf(condition).flatMap((template) => parseTemplate(template).identities)
        : [],
    )
  })

/** Every template of a holding, of its keys and of its owner. */
export const templatesIn = ({ find, owner = {} }: TableHolding): readonly string[] => [
  ...conditionsOf(find).flatMap(([, condition]) => templatesOf(condition)),
  ...Object.values(owner),
]

/**
 * The identities that an operator names: of kind person or alias, in every spelling that is looked up.
 *
 * @throws {@link ServiceError} `BAD_REQUEST` for an identity that the map does not have, or a value that names nobody.
 */
export function namedIdentities(
  map: DataMap,
  named: readonly (readonly [identity: string, value: string])[],
): Identities {
  const usable = usableIn(map)
  const known = Object.keys(map.identities).filter((name) => isPersonal(map, name))
  return named.reduce<Identities>((sum, [name, given]) => {
    // The name as given stays out of the message, and so out of the log: it may be a value typed in its place.
    if (!known.includes(name)) {
      throw new ServiceError('BAD_REQUEST', `there is no such identity to ask for: use ${known.join(', ')}`)
    }
    const values = usable.spellings(name, given)
    if (values.length === 0) {
      throw new ServiceError('BAD_REQUEST', `the value given for ${name} names nobody`)
    }
    return merge(sum, { [name]: values })
  }, {})
}
