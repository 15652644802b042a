/** What goes by itself: how it is known when, and whose it is. */
import {
  type DateFormat,
  DEAUTHORIZE,
  isTableHolding,
  type RetentionRule,
  type TableHolding,
} from './data-map.ts'
import { type Finding, insteadOf, unknownName } from './findings.ts'
import { type KnownParts, mentions } from './known-parts.ts'

export function* clockRules(known: KnownParts): Generator<Finding> {
  for (const [name, rule] of known.retention.parts) {
    yield* ruleRules(`dataMap.retention.${name}`, name, rule, known)
  }
  for (const [name, { deauthorize }] of known.apps.parts) {
    if (deauthorize === undefined || deauthorize === 'ignore') continue
    yield* holdingRules(`apps.${name}.deauthorize.cameBack.holding`, deauthorize.cameBack.holding, known)
  }
}

function* ruleRules(
  place: string,
  name: string,
  { holding, from, format, index, names }: RetentionRule,
  known: KnownParts,
): Generator<Finding> {
  if (name === DEAUTHORIZE) {
    yield { place, problem: `"${name}" is the name for people who removed an app`, remedy: 'choose another' }
  }
  const found = yield* holdingRules(`${place}.holding`, holding, known)
  const indexes = found && known.tableKeys.parts.get(found.table)?.indexes
  if (!found || !known.tableKeys.parts.has(found.table)) return
  const keys = indexes?.[index]?.key
  if (!keys) {
    yield unknownName(`${place}.index`, `index of table "${found.table}"`, {
      name: index,
      known: Object.keys(indexes ?? {}),
    })
    return
  }
  const [partition = '', sort] = Object.keys(keys)
  if (sort !== from) {
    const problem = `"${from}" is not the sort key of the index "${index}": all of it would have to be read`
    yield {
      place: `${place}.from`,
      problem,
      remedy: sort === undefined ? 'name an index that has one' : insteadOf(from, [sort]),
    }
  } else if (keys[sort] !== TYPES[format]) {
    const problem = `is of type ${keys[sort]}, and ${format} is of type ${TYPES[format]}`
    yield {
      place: `${place}.format`,
      problem,
      remedy: keys[sort] === 'N' ? 'epochSeconds or epochMillis' : 'iso',
    }
  }
  if (keys[partition] === 'B') {
    yield {
      place: `${place}.index`,
      problem: 'its partition key is bytes',
      remedy: 'use one whose partition key is S or N',
    }
  }
  const carried = [...Object.keys(keys), ...Object.keys(known.tableKeys.parts.get(found.table)?.key ?? {})]
  const projection = indexes[index]?.projection
  if (Object.keys(names).length === 0) {
    yield {
      place: `${place}.names`,
      problem: 'is empty',
      remedy: "say whose an item is, such as { userId: 'userId' }",
    }
  }
  for (const [identity, attribute] of Object.entries(names)) {
    yield* nameRules(`${place}.names.${identity}`, identity, known)
    if (projection && ![...projection, ...carried].includes(attribute)) {
      const problem = `the index "${index}" does not carry "${attribute}"`
      yield {
        place: `${place}.names.${identity}`,
        problem,
        remedy: insteadOf(attribute, [...projection, ...carried]),
      }
    }
  }
}

const TYPES: Readonly<Record<DateFormat, 'S' | 'N'>> = { iso: 'S', epochSeconds: 'N', epochMillis: 'N' }

function* nameRules(place: string, name: string, { identities }: KnownParts): Generator<Finding> {
  const kind = identities.parts.get(name)?.of
  if (!identities.names.includes(name)) {
    yield unknownName(place, 'identity', { name, known: identities.names })
  } else if (kind === 'group' || kind === 'record') {
    yield { place, problem: `"${name}" is of kind ${kind}`, remedy: 'name a person or alias identity' }
  }
}

function* holdingRules(
  place: string,
  name: string,
  { holdings }: KnownParts,
): Generator<Finding, TableHolding | undefined> {
  const holding = holdings.parts.get(name)
  if (!holding) {
    if (!holdings.names.includes(name) && !mentions(holdings, name)) {
      yield unknownName(place, 'holding', { name, known: holdings.names })
    }
    return undefined
  }
  if (!isTableHolding(holding) || holding.per !== undefined || holding.find.scan !== undefined) {
    const problem = `"${name}" finds no items by its person's identities`
    yield { place, problem, remedy: 'name a holding of a table, without per and without scan' }
    return undefined
  }
  return holding
}
