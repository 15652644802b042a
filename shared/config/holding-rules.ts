/** Whose the items of a holding are, what is done with them, and what they tell. */
import { actionKind, type Holding, type Redaction, type Retain } from './data-map.ts'
import { keyNamesPerson, templateRules } from './find-rules.ts'
import { type Finding, unknownName } from './findings.ts'
import type { KnownParts } from './known-parts.ts'
import type { TableKeys } from './schema.ts'
import { parseTemplate } from './template.ts'

export function* holdingRules(name: string, holding: Holding, known: KnownParts): Generator<Finding> {
  const place = `dataMap.holdings.${name}`
  const { table, category, action } = holding
  if (!known.tables.names.includes(table)) {
    yield unknownName(`${place}.table`, 'table', { name: table, known: known.tables.names })
  }
  if (!known.categories.includes(category)) {
    yield unknownName(`${place}.category`, 'category', { name: category, known: known.categories })
  }
  yield* ownerRules(place, holding, known)
  yield* learnsRules(place, holding, known)
  const schema = known.tableKeys.parts.get(table)
  if (action !== 'erase' && 'redact' in action)
    yield* redactRules(`${place}.action.redact`, action.redact, schema)
  if (action !== 'erase' && 'retain' in action)
    yield* retainRules(`${place}.action.retain`, action.retain, { table: schema, known })
}

function* ownerRules(place: string, holding: Holding, known: KnownParts): Generator<Finding> {
  const owner = Object.entries(holding.owner ?? {})
  const kind = actionKind(holding.action)
  if (owner.length === 0 && (kind === 'erase' || kind === 'redact') && !keyNamesPerson(holding, known)) {
    const what = holding.find.index === undefined ? "the items' key" : `the index "${holding.find.index}"`
    const problem = `is missing: ${what} does not prove whose an item is when it is written`
    const remedy = "state the attribute that does, such as owner: { userId: '{userId}' }"
    yield { place: `${place}.owner`, problem, remedy }
  }
  for (const [attribute, template] of owner) {
    const findings = [...templateRules(`${place}.owner.${attribute}`, template, known)]
    yield* findings
    if (findings.length > 0) continue
    const { identities } = parseTemplate(template)
    const shared = identities.filter((name) =>
      ['group', 'record'].includes(known.identities.parts.get(name)?.of ?? ''),
    )
    if (identities.length === 0 || shared.length > 0) {
      const problem =
        shared.length > 0 ? `"${shared.join('", "')}" is not one person's` : `"${template}" names nobody`
      const remedy = 'use person and alias identities only'
      yield { place: `${place}.owner.${attribute}`, problem, remedy }
    }
  }
}

function* learnsRules(place: string, { learns = {}, per }: Holding, known: KnownParts): Generator<Finding> {
  for (const identity of Object.keys(learns)) {
    const kind = known.identities.parts.get(identity)?.of
    if (!known.identities.names.includes(identity)) {
      yield unknownName(`${place}.learns.${identity}`, 'identity', {
        name: identity,
        known: known.identities.names,
      })
    } else if (per !== undefined && kind !== undefined && kind !== 'record') {
      const problem = `is of kind ${kind}: from a holding with \`per\`, only record identities can be learnt`
      yield {
        place: `${place}.learns.${identity}`,
        problem,
        remedy: `let "${per}" or another holding learn it`,
      }
    }
  }
}

function* redactRules(place: string, redaction: Redaction, table: TableKeys | undefined): Generator<Finding> {
  if (Object.keys(redaction).length === 0) {
    const remedy = "name the attributes that are about the person, such as { name: 'remove' }"
    yield { place, problem: 'is empty: nothing would change', remedy }
  }
  const indexKeys = Object.values(table?.indexes ?? {}).flatMap(({ key }) => Object.entries(key))
  for (const [attribute, change] of Object.entries(redaction)) {
    if (table && attribute in table.key) {
      const remedy = 'erase the items, or redact other attributes'
      yield {
        place: `${place}.${attribute}`,
        problem: "is part of the table's primary key, which cannot be changed",
        remedy,
      }
    }
    const indexed = indexKeys.find(([name]) => name === attribute)
    if (indexed && change !== 'remove' && (change.constant === '' || indexed[1] !== 'S')) {
      const problem = `is the key of an index, of type ${indexed[1]}: this constant cannot stand in it`
      yield { place: `${place}.${attribute}`, problem, remedy: "'remove' it: the item then leaves the index" }
    }
  }
}

function* retainRules(
  place: string,
  { because, until, ends }: Retain,
  { table, known }: { readonly table: TableKeys | undefined; readonly known: KnownParts },
): Generator<Finding> {
  if (!known.reasons.includes(because)) {
    yield unknownName(`${place}.because`, 'reason', { name: because, known: known.reasons })
  }
  if (ends.by === 'owner') return
  const keys = [table?.key ?? {}, ...Object.values(table?.indexes ?? {}).map(({ key }) => key)]
  const isKey = keys.some((key) => ends.attribute in key)
  if (isKey || ends.attribute === until.from) {
    const problem = isKey ? 'is a key attribute' : 'is the attribute that the end is counted from'
    const remedy = "name the table's TTL attribute; the end is written to it, in epoch seconds"
    yield { place: `${place}.ends.attribute`, problem: `"${ends.attribute}" ${problem}`, remedy }
  }
}
