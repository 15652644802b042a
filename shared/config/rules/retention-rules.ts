/** What is kept, why and until when; and what goes by itself: by which date, and whose it is. */
import { milliseconds } from 'date-fns/milliseconds'
import type { KeySchema, TableHolding } from '../../data-map/data-map.ts'
import { isTableHolding, retainOf, ruleThatEnds } from '../../data-map/holdings.ts'
import { type DateFormat, DEAUTHORIZE, type RetentionRule } from '../../data-map/retention.ts'
import { keyTypeOf, type TableKeys } from '../../data-map/table-keys.ts'
import { duration } from '../../platform/time.ts'
import { type Finding, insteadOf, unknownName } from '../findings.ts'
import { type KnownHolding, type KnownParts, knownTableHoldings, mentions } from '../schema/known-parts.ts'

export const RETENTION_RULES = [ownRules, endRules, comingBackRules]

/** Of a holding that is kept. */
export function* retainRules(of: KnownHolding): Generator<Finding> {
  const { keys, known } = of
  const retain = retainOf(of.holding.action)
  if (!retain) return
  const { because, until, ends, keep = [] } = retain
  const place = `${of.place}.action.retain`
  yield* unknownName(`${place}.because`, 'reason', { name: because, known: known.reasons.names })
  if (ends.by === 'ttl') {
    const isKey = keys !== undefined && keyTypeOf(ends.attribute, keys) !== undefined
    if (isKey || ends.attribute === until.from) {
      const problem = isKey ? 'is a key attribute' : 'is the attribute that the end is counted from'
      const remedy = "name the table's TTL attribute; the end is written to it, in epoch seconds"
      yield { place: `${place}.ends.attribute`, problem: `"${ends.attribute}" ${problem}`, remedy }
    }
  }
  for (const [at, attribute] of keep.entries()) {
    const kept = `${place}.keep.${at}`
    if (keys && attribute in keys.key) {
      const problem = `"${attribute}" is part of the primary key, which is kept in any case`
      yield { place: kept, problem, remedy: 'leave it out' }
    } else if (keep.indexOf(attribute) < at) {
      yield { place: kept, problem: `"${attribute}" is named twice`, remedy: 'leave one of the two out' }
    }
  }
}

/** The rules of `dataMap.retention`. */
function* ownRules(known: KnownParts): Generator<Finding> {
  for (const [name, rule] of known.retention.parts) {
    const place = `dataMap.retention.${name}`
    if (name === DEAUTHORIZE) {
      const problem = `"${name}" is the name for people who removed an app`
      yield { place, problem, remedy: 'choose another' }
    }
    yield* ruleRules({ place, date: place }, rule, known)
    yield* noticeRules(`${place}.notice`, rule, known)
  }
}

/** A rule that ends what a holding keeps has the holding's name, and ends its items alone. */
function* endRules(known: KnownParts): Generator<Finding> {
  for (const [name, { action }] of knownTableHoldings(known)) {
    const rule = ruleThatEnds(name, action)
    if (!rule) continue
    const retain = `dataMap.holdings.${name}.action.retain`
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
    const keep = retainOf(action)?.keep
    for (const [identity, attribute] of Object.entries(rule.names)) {
      if (!keep || keep.includes(attribute)) continue
      const problem = `"${attribute}" is not kept: nobody would know any more whose it was`
      yield { place: `${place}.names.${identity}`, problem, remedy: `add '${attribute}' to keep` }
    }
  }
}

/** That a person has come back to an app shows in the items of a holding. */
function* comingBackRules(known: KnownParts): Generator<Finding> {
  for (const [name, { deauthorize }] of known.apps.parts) {
    if (deauthorize === undefined || deauthorize === 'ignore') continue
    yield* datedHolding(`apps.${name}.deauthorize.cameBack.holding`, deauthorize.cameBack.holding, known)
  }
}

function* noticeRules(place: string, rule: RetentionRule, known: KnownParts): Generator<Finding> {
  const { notice, after, index } = rule
  if (!notice) return
  if (!known.hasEmail) {
    const remedy = 'add `email` to the configuration, or leave it out'
    yield { place, problem: 'no mail can be sent', remedy }
  }
  if (milliseconds(duration(notice.before)) >= milliseconds(duration(after))) {
    const problem = `${notice.before} is not shorter than after, ${after}`
    const remedy = 'P14D, or another time that has passed since the date only near its end'
    yield { place: `${place}.before`, problem, remedy }
  }
  const found = known.holdings.parts.get(rule.holding)
  const keys = found && isTableHolding(found) ? known.tableKeys.parts.get(found.table) : undefined
  if (keys) yield* carryRules(`${place}.email`, notice.email, { index, keys })
}

/** A rule reads nothing but the index. */
function* carryRules(
  place: string,
  attribute: string,
  { index: name, keys }: { readonly index: string; readonly keys: TableKeys },
): Generator<Finding> {
  const index = keys.indexes?.[name]
  if (!index?.projection) return
  const carried = [...index.projection, ...Object.keys(index.key), ...Object.keys(keys.key)]
  if (carried.includes(attribute)) return
  const problem = `the index "${name}" does not carry "${attribute}"`
  yield { place, problem, remedy: insteadOf(attribute, carried) }
}

/** Where a rule is written, and where its date and format are. */
interface Places {
  readonly place: string
  readonly date: string
}

function* ruleRules({ place, date }: Places, rule: RetentionRule, known: KnownParts): Generator<Finding> {
  const found = yield* datedHolding(`${place}.holding`, rule.holding, known)
  const keys = found && known.tableKeys.parts.get(found.table)
  if (!found || !keys) return
  const index = keys.indexes?.[rule.index]
  if (!index) {
    const indexes = { name: rule.index, known: Object.keys(keys.indexes ?? {}) }
    yield* unknownName(`${place}.index`, `index of table "${found.table}"`, indexes)
    return
  }
  yield* indexKeyRules({ place, date }, rule, index.key)
  if (Object.keys(rule.names).length === 0) {
    const remedy = "say whose an item is, such as { userId: 'userId' }"
    yield { place: `${place}.names`, problem: 'is empty', remedy }
  }
  for (const [identity, attribute] of Object.entries(rule.names)) {
    const at = `${place}.names.${identity}`
    const kind = known.identities.parts.get(identity)?.of
    yield* unknownName(at, 'identity', { name: identity, known: known.identities.names })
    if (kind === 'group' || kind === 'record') {
      const problem = `"${identity}" is of kind ${kind}`
      yield { place: at, problem, remedy: 'name a person or alias identity' }
    }
    yield* carryRules(at, attribute, { index: rule.index, keys })
  }
}

/** The sort key is the date, so that nothing is read but what is due. */
function* indexKeyRules({ place, date }: Places, rule: RetentionRule, key: KeySchema): Generator<Finding> {
  const { from, format, index } = rule
  const [partition = '', sort] = Object.keys(key)
  if (sort !== from) {
    const problem = `"${from}" is not the sort key of the index "${index}": all of it would have to be read`
    const remedy = sort === undefined ? 'name an index that has one' : insteadOf(from, [sort])
    yield { place: `${date}.from`, problem, remedy }
  } else if (key[sort] !== TYPES[format]) {
    const problem = `is of type ${key[sort]}, and ${format} is of type ${TYPES[format]}`
    const remedy = key[sort] === 'N' ? 'epochSeconds or epochMillis' : 'iso'
    yield { place: `${date}.format`, problem, remedy }
  }
  if (key[partition] === 'B') {
    const remedy = 'use one whose partition key is S or N'
    yield { place: `${place}.index`, problem: 'its partition key is bytes', remedy }
  }
}

const TYPES: Readonly<Record<DateFormat, 'S' | 'N'>> = { iso: 'S', epochSeconds: 'N', epochMillis: 'N' }

/** The holding of that name, if its items are found by their person's identities. */
function* datedHolding(
  place: string,
  name: string,
  { holdings }: KnownParts,
): Generator<Finding, TableHolding | undefined> {
  const holding = holdings.parts.get(name)
  if (!mentions(holdings, name)) yield* unknownName(place, 'holding', { name, known: holdings.names })
  if (!holding) return undefined
  if (isTableHolding(holding) && holding.per === undefined && holding.find.scan === undefined) return holding
  const problem = `"${name}" finds no items by its person's identities`
  yield { place, problem, remedy: 'name a holding of a table, without per and without scan' }
  return undefined
}
