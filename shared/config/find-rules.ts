/** How a holding may find its items: by whole keys, made of identities that are enough to name the person. */
import type { Find, Holding, IdentityKind, KeySchema, KeyType, SortCondition } from './data-map.ts'
import { type Finding, insteadOf, unknownName } from './findings.ts'
import type { KnownParts } from './known-parts.ts'
import { type ParsedTemplate, parseTemplate } from './template.ts'

export function* findRules(name: string, holding: Holding, known: KnownParts): Generator<Finding> {
  const place = `dataMap.holdings.${name}.find`
  yield* keyRules(place, holding, known)
  for (const [attribute, condition] of conditionsOf(holding.find)) {
    yield* templateRules(`${place}.${attribute}`, templateOf(condition), known)
    if (typeof condition !== 'string') yield* prefixRules(`${place}.${attribute}`, condition.beginsWith)
  }
  yield* identityRules(name, holding, known)
}

/** The identities in the keys by which a holding finds its items. */
export const identitiesOf = (find: Find): readonly string[] =>
  conditionsOf(find).flatMap(([, condition]) => tryParse(templateOf(condition))?.identities ?? [])

/** Whether the item's own key says whose it is. An index's key is an attribute, which may have changed since. */
export const keyNamesPerson = ({ find }: Holding, known: KnownParts): boolean =>
  find.index === undefined && mayNamePerson(find, known)

/** What holds for every template, in a key or in an `owner`. */
export function* templateRules(place: string, template: string, known: KnownParts): Generator<Finding> {
  const parsed = tryParse(template)
  if (!parsed) {
    const remedy = "write identities as '{userId}', with nothing but letters, digits and _ between the braces"
    yield { place, problem: `"${template}" has a brace that names no identity`, remedy }
    return
  }
  for (const name of parsed.identities.filter((name) => !known.identities.names.includes(name))) {
    yield unknownName(place, 'identity', { name, known: known.identities.names })
  }
  if (parsed.parts.some((part, at) => isIdentity(part) && isIdentity(parsed.parts[at + 1]))) {
    const remedy = "put a delimiter between them, such as '{storeId}#{userId}'"
    yield {
      place,
      problem: `"${template}" has two identities side by side: "1" and "23" would read as "12" and "3"`,
      remedy,
    }
  }
}

function* keyRules(place: string, { find, table }: Holding, known: KnownParts): Generator<Finding> {
  const schema = known.tableKeys.parts.get(table)
  if (!schema) return
  if (find.index !== undefined && !schema.indexes?.[find.index]) {
    const indexes = Object.keys(schema.indexes ?? {})
    yield unknownName(`${place}.index`, `index of table "${table}"`, { name: find.index, known: indexes })
    return
  }
  const key: KeySchema = find.index === undefined ? schema.key : (schema.indexes?.[find.index]?.key ?? {})
  const [partition, ...others] = Object.keys(key)
  const conditions = conditionsOf(find)
  if (partition !== undefined && !conditions.some(([attribute]) => attribute === partition)) {
    const of = find.index === undefined ? `table "${table}"` : `index "${find.index}"`
    const remedy = `add ${partition}: '…', the value that the partition key has for the person`
    yield { place, problem: `does not give the partition key "${partition}" of ${of}`, remedy }
  }
  for (const [attribute, condition] of conditions) {
    const type = key[attribute]
    if (type === undefined) {
      const problem = 'is no key attribute of what is looked in: DynamoDB could only filter by it'
      const remedy = `${insteadOf(attribute, [partition ?? '', ...others])}; state \`owner\` for other attributes`
      yield { place: `${place}.${attribute}`, problem, remedy }
    } else if (attribute === partition && typeof condition !== 'string') {
      const problem = 'is the partition key, which has no prefixes'
      yield { place: `${place}.${attribute}`, problem, remedy: 'give the whole value as one template' }
    } else {
      yield* typeRules(`${place}.${attribute}`, condition, type)
    }
  }
}

function* typeRules(place: string, condition: SortCondition, type: KeyType): Generator<Finding> {
  if (type === 'B') {
    const remedy = 'find the items by another key or index'
    yield { place, problem: 'is of type B: templates over binary keys are not supported yet', remedy }
  }
  if (type === 'N' && !(typeof condition === 'string' && /^\{\w+\}$/.test(condition))) {
    const remedy = "one identity and nothing else, such as '{orderNo}'"
    yield { place, problem: 'is of type N: a number has no literals and no prefixes', remedy }
  }
}

function* prefixRules(place: string, template: string): Generator<Finding> {
  const last = tryParse(template)?.parts.at(-1)
  if (last === undefined || (typeof last === 'string' && !/[\p{L}\p{N}]$/u.test(last))) return
  const problem = `the prefix "${template}" does not end in a delimiter: ORDER would catch ORDERING, too`
  yield { place, problem, remedy: `end it in the character that follows, such as '${template}#'` }
}

function* identityRules(name: string, { find, per }: Holding, known: KnownParts): Generator<Finding> {
  const place = `dataMap.holdings.${name}`
  const identities = identitiesOf(find)
  if (
    identities.length === 0 &&
    conditionsOf(find).every(([, condition]) => tryParse(templateOf(condition)))
  ) {
    const remedy = "name one in the key, such as 'USER#{userId}'"
    yield {
      place: `${place}.find`,
      problem: 'names no identity: it would find the same items for everybody',
      remedy,
    }
  }
  const ofKind = (kind: IdentityKind) =>
    identities.filter((name) => known.identities.parts.get(name)?.of === kind)
  const groups = ofKind('group')
  if (groups.length > 0 && !mayNamePerson(find, known)) {
    const problem = `"${groups.join('", "')}" is shared by many: alone it finds what belongs to all of them`
    const remedy = 'add a person or alias identity to the key, or leave these items to the group'
    yield { place: `${place}.find`, problem, remedy }
  }
  const records = ofKind('record')
  if (records.length > 0 && per === undefined) {
    const problem = `"${records.join('", "')}" names a record: such values are not kept, only worked page by page`
    yield {
      place: `${place}.per`,
      problem,
      remedy: `add per: '…', the holding that learns ${records.join(', ')}`,
    }
  }
  const learnt = per === undefined ? undefined : learntByAncestors(per, known)
  if (learnt === undefined) return
  for (const record of records.filter((identity) => !learnt.includes(identity))) {
    const remedy = `let "${per}" learn it: learns: { ${record}: '<attribute>' }`
    yield {
      place: `${place}.per`,
      problem: `"${per}" does not learn "${record}", by which this holding finds`,
      remedy,
    }
  }
  if (records.length === 0 && identities.every((identity) => known.identities.parts.has(identity))) {
    const remedy = `use a record identity that "${per}" learns in find, or leave \`per\` out`
    yield { place: `${place}.per`, problem: 'is stated, but find uses no record identity', remedy }
  }
}

/** Undefined if it cannot be told, because a holding on the way is unknown or misshapen. */
function learntByAncestors(first: string, known: KnownParts): readonly string[] | undefined {
  const learnt: string[] = []
  const seen = new Set<string>()
  for (let name: string | undefined = first; name !== undefined && !seen.has(name); ) {
    const holding = known.holdings.parts.get(name)
    if (!holding) return undefined
    seen.add(name)
    learnt.push(...Object.keys(holding.learns ?? {}))
    name = holding.per
  }
  return learnt
}

/** What cannot be read counts as a person: it has a finding of its own, and one is enough. */
const mayNamePerson = (find: Find, known: KnownParts): boolean =>
  conditionsOf(find).some(([, condition]) => {
    const identities = tryParse(templateOf(condition))?.identities
    return (
      identities?.some((name) =>
        ['person', 'alias', undefined].includes(known.identities.parts.get(name)?.of),
      ) ?? true
    )
  })

const conditionsOf = ({
  index: _index,
  ...conditions
}: Find): readonly (readonly [string, SortCondition])[] => Object.entries(conditions)

const templateOf = (condition: SortCondition): string =>
  typeof condition === 'string' ? condition : condition.beginsWith

function tryParse(template: string): ParsedTemplate | undefined {
  try {
    return parseTemplate(template)
  } catch {
    return undefined
  }
}

const isIdentity = (part: ParsedTemplate['parts'][number] | undefined): boolean => typeof part === 'object'
