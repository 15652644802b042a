/** Which values make a key together: those that were seen in one item, never every combination. */
import type { DataMap, Find } from '../data-map/data-map.ts'
import { tableHoldings } from '../data-map/holdings.ts'
import { identitiesOf } from '../data-map/key-conditions.ts'
import type { Identities } from './identities.ts'

/**
 * Combinations are kept among the identities, under a name that no identity can have: each is one text, and is sealed,
 * merged and counted as any other value.
 */
export const COMBINED = '&'

/** One value for each identity. */
export type Assignment = Readonly<Record<string, string>>

/** The identities of a key that are looked up together only: sorted, none if the key has one of them at most. */
export type Joint = readonly string[]

/** @returns Undefined if an identity has no value. */
const written = (joint: Joint, assignment: Assignment): string | undefined =>
  joint.every((name) => name in assignment)
    ? JSON.stringify(Object.fromEntries(joint.map((name) => [name, assignment[name]])))
    : undefined

/** The combinations in the assignments, one for each joint that they fill, as they are kept. */
export const combinationsIn = (joints: readonly Joint[], assignments: readonly Assignment[]): Identities => {
  const texts = joints.flatMap((joint) => assignments.flatMap((one) => written(joint, one) ?? []))
  return texts.length > 0 ? { [COMBINED]: [...new Set(texts)] } : {}
}

/** Values that belong together without having been seen in an item, such as those of one request. */
export const allCombined = (joints: readonly Joint[], identities: Identities): Identities =>
  combinationsIn(
    joints,
    joints.flatMap((joint) => productOf(joint.map((name) => optionsOf(name, identities)))),
  )

/** Without those that name one of the identities. */
export const combinedWithout = (names: readonly string[], identities: Identities): Identities => {
  const kept = (identities[COMBINED] ?? []).filter((text) => !names.some((name) => name in read(text)))
  const { [COMBINED]: _all, ...values } = identities
  return kept.length > 0 ? { ...values, [COMBINED]: kept } : values
}

/**
 * What the key of a holding may be made of: the combinations of its joint that are known, with each value of the other
 * identities.
 */
export function assignmentsOf(names: readonly string[], joint: Joint, identities: Identities) {
  const free = [...new Set(names)].filter((name) => !joint.includes(name))
  const seen = joint.length > 0 ? [knownIn(joint, identities)] : []
  return productOf([...seen, ...free.map((name) => optionsOf(name, identities))])
}

/** How many assignments there are, without making them. */
export const countAssignments = (names: readonly string[], joint: Joint, identities: Identities): number => {
  const free = [...new Set(names)].filter((name) => !joint.includes(name))
  const seen = joint.length > 0 ? knownIn(joint, identities).length : 1
  return free.reduce((product, name) => product * (identities[name]?.length ?? 0), seen)
}

/** Each choice of one option from every list; none if a list is empty. */
export const productOf = (lists: readonly (readonly Assignment[])[]): readonly Assignment[] =>
  lists.reduce<readonly Assignment[]>(
    (all, options) => all.flatMap((one) => options.map((option) => ({ ...one, ...option }))),
    [{}],
  )

const optionsOf = (name: string, identities: Identities): readonly Assignment[] =>
  (identities[name] ?? []).map((value) => ({ [name]: value }))

/** In the shape that {@link written} has given it. */
const read = (text: string): Assignment => JSON.parse(text) as Assignment

/** By the texts that they were read from: a page asks for the same ones again and again. */
const readTexts = new WeakMap<readonly string[], Partial<Record<string, readonly Assignment[]>>>()

function knownIn(joint: Joint, { [COMBINED]: texts = [] }: Identities): readonly Assignment[] {
  const known = readTexts.get(texts) ?? Object.groupBy(texts.map(read), (one) => Object.keys(one).join())
  readTexts.set(texts, known)
  return known[joint.join()] ?? []
}

/** A person has one value, which any other value may stand beside: it is theirs. */
export const jointOf = (map: DataMap, find: Find): Joint => {
  const names = new Set(identitiesOf(find).filter((name) => map.identities[name]?.of !== 'person'))
  return names.size > 1 ? [...names].sort() : []
}

export const jointsOf = (map: DataMap): readonly Joint[] => {
  const joints = tableHoldings(map).map(([, { find }]) => jointOf(map, find))
  return [...new Map(joints.map((joint) => [joint.join(), joint])).values()].filter(
    ({ length }) => length > 0,
  )
}
