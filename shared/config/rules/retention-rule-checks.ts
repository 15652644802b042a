/** What goes by itself: how it is known when, and whose it is. */

import { milliseconds } from 'date-fns/milliseconds'
import {
  type DateFormat,
  DEAUTHORIZE,
  type Retain,
  type RetentionRule,
  type TableHolding,
} from '../../data-map/data-map.ts'
import { isTableHolding, retainOf, ruleThatEnds } from '../../data-map/holdings.ts'
import { duration } from '../../platform/time.ts'
import { type Finding, insteadOf, unknownName } from '../findings.ts'
import { type KnownParts, knownTableHoldings, mentions } from '../schema/known-parts.ts'

export function* clockRules(known: KnownParts): Generator<Finding> {
  for (const [name, rule] of known.retention.parts) {
    const place = `dataMap.retention.${name}`
    if (name === DEAUTHORIZE) {
      yield {
        place,
        problem: `"${name}" is the name for people who removed an app`,
        remedy: 'choose another',
      }
    }
    yield* ruleRules({ place, date: place }, rule, known)
    yield* noticeRules(`${place}.notice`, rule, known)
  }
  for (const [name, { action }] of knownTableHoldings(known)) {
    const rule = ruleThatEnds(name, action)
    if (rule) yield* endRules(`dataMap.holdings.${name}.action.retain`, rule, retainOf(action)?.keep, known)
  }
  for (const [name, { deauthorize }] of known.apps.parts) {
    if (deauthorize === undefined || deauthorize === 'ignore') continue
    yield* holdingRules(`apps.${name}.deauthorize.cameBack.holding`, deauthorize.cameBack.holding, known)
  }
}

function* noticeRules(
  place: string,
  { notice, after, holding, index: name }: RetentionRule,
  { hasEmail, holdings, tableKeys }: KnownParts,
): Generator<Finding> {
  if (!notice) return
  if (!hasEmail) {
    yield {
      place,
      problem: 'no mail can be sent',
      remedy: 'add `email` to the configuration, or leave it out',
    }
  }
  if (milliseconds(duration(notice.before)) >= milliseconds(duration(after))) {
    yield {
      place: `${place}.before`,
      problem: `${notice.before} is not shorter than after, ${after}`,
      remedy: 'P14D, or another time that has passed since the date only near its end',
    }
  }
  const found = holdings.parts.get(holding)
  const keys = found && isTableHolding(found) ? tableKeys.parts.get(found.table) : undefined
  const index = keys?.indexes?.[name]
  if (!keys || !index?.projection) return
  const carried = [...index.projection, ...Object.keys(index.key), ...Object.keys(keys.key)]
  if (carried.includes(notice.email)) return
  yield {
    place: `${place}.email`,
    problem: `the index "${name}" does not carry "${notice.email}"`,
    remedy: insteadOf(notice.email, carried),
  }
}

/** The rule has the name of its holding, and ends that alone. */
function* endRules(
  retain: string,
  rule: RetentionRule,
  keep: Retain['keep'],
  known: KnownParts,
): Generator<Finding> {
  const { holding: name, names } = rule
  const place = `${retain}.ends`
  yield* ruleRules({ place, date: `${retain}.until` }, rule, known)
  if (known.retention.names.includes(name)) {
    const problem = `the rule that ends it has the holding's name, and dataMap.retention.${name} has it, too`
    yield { place, problem, remedy: 'give the other rule another name' }
  }
  const [child] = knownTableHoldings(known).find(([, { per }]) => per === name) ?? []
  if (child !== undefined) {
    const problem = `"${child}" is worked per "${name}", and nothing would lead to it any more`
    yield { place, problem, remedy: "let what is kept with others end by 'ttl' or by an 'owner'" }
  }
  for (const [identity, attribute] of Object.entries(names)) {
    if (!keep || keep.includes(attribute)) continue
    yield {
      place: `${place}.names.${identity}`,
      problem: `"${attribute}" is not kept: nobody would know any more whose it was`,
      remedy: `add '${attribute}' to keep`,
    }
  }
}

interface Places {
  readonly place: string
  /** Of the date and its format. */
  readonly date: string
}

function* ruleRules(
  { place, date }: Places,
  { holding, from, format, index, names }: RetentionRule,
  known: KnownParts,
): Generator<Finding> {
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
      place: `${date}.from`,
      problem,
      remedy: sort === undefined ? 'name an index that has one' : insteadOf(from, [sort]),
    }
  } else if (keys[sort] !== TYPES[format]) {
    const problem = `is of type ${keys[sort]}, and ${format} is of type ${TYPES[format]}`
    yield {
      place: `${date}.format`,
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
