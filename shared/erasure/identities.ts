/** The values that find a person's records: what the request named, and what its records teach. */
import { type DataMap, type Holding, NEVER } from '../config/data-map.ts'
import { delimiters, parseTemplate, type Values } from '../config/template.ts'
import { normaliseEmail } from '../platform/email-address.ts'
import { subjectHash } from '../requests/code.ts'
import type { Item } from './records.ts'

/** Values by identity, each once, in the order they were learnt. */
export type Identities = Readonly<Record<string, readonly string[]>>

export const valuesOf =
  (identities: Identities): Values =>
  (identity) =>
    identities[identity] ?? []

export function merge(a: Identities, b: Identities): Identities {
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return Object.fromEntries(
    Array.from(names, (name) => [name, [...new Set([...(a[name] ?? []), ...(b[name] ?? [])])]]),
  )
}

export const count = (identities: Identities): number => Object.values(identities).flat().length

/** Only the values of these kinds: `record` values are never stored, `group` values never hashed. */
export const ofKinds = (map: DataMap, identities: Identities, kinds: readonly string[]): Identities =>
  Object.fromEntries(
    Object.entries(identities).filter(([name]) => kinds.includes(map.identities[name]?.of ?? '')),
  )

/** One hash per person and alias value: what claims and holds are made on. */
export const subjectHashes = (map: DataMap, identities: Identities, indexKey: string): readonly string[] =>
  Object.entries(ofKinds(map, identities, ['person', 'alias'])).flatMap(([name, values]) =>
    values.map((value) => subjectHash(indexKey, name, value)),
  )

/** Judges a value before it may become a key: in the form the tables hold, or `undefined` if it names nobody. */
export type Usable = (identity: string, value: string) => string | undefined

export function usableIn(map: DataMap): Usable {
  const forbidden = forbiddenCharacters(map)
  return (name, value) => {
    const identity = map.identities[name]
    const text = identity?.normalise === 'email' ? normaliseEmail(value) : value
    const never: readonly string[] = identity?.never ?? NEVER
    const bad =
      text.trim() === '' ||
      never.includes(text.trim().toLowerCase()) ||
      forbidden(name).some((character) => text.includes(character)) ||
      Buffer.byteLength(text) > MAX_VALUE_BYTES
    return bad ? undefined : text
  }
}

/** A DynamoDB partition key holds 2,048 bytes. */
const MAX_VALUE_BYTES = 1024

/** What the items found teach, and how many attributes held a value that is no key. */
export function learn(
  learns: Readonly<Record<string, string>>,
  items: readonly Item[],
  usable: Usable,
): { readonly identities: Identities; readonly unusable: number } {
  const seen = items.flatMap((item) =>
    Object.entries(learns).flatMap(([identity, attribute]) => {
      const held = item[attribute]
      const text = held?.S ?? held?.N
      return held ? [{ identity, value: text === undefined ? undefined : usable(identity, text) }] : []
    }),
  )
  const known = seen.flatMap(({ identity, value }) => (value === undefined ? [] : [{ identity, value }]))
  const byIdentity = [...Map.groupBy(known, ({ identity }) => identity)]
  return {
    identities: Object.fromEntries(
      byIdentity.map(([identity, learnt]) => [identity, [...new Set(learnt.map(({ value }) => value))]]),
    ),
    unusable: seen.length - known.length,
  }
}

function forbiddenCharacters({ holdings }: DataMap): (identity: string) => readonly string[] {
  const parsed = Object.values(holdings).flatMap(templatesOf).map(parseTemplate)
  return (identity) => parsed.filter(({ identities }) => identities.includes(identity)).flatMap(delimiters)
}

const templatesOf = ({ find, owner = {} }: Holding): readonly string[] => [
  ...Object.entries(find).flatMap(([attribute, condition]) =>
    attribute === 'index' ? [] : [typeof condition === 'string' ? condition : (condition?.beginsWith ?? '')],
  ),
  ...Object.values(owner),
]
