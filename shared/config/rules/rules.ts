/** All rules of a configuration, and those that hold across its parts. Shapes are the schema's business. */
import type { Holding, Identity } from '../../data-map/data-map.ts'
import { isTableHolding, retainOf } from '../../data-map/holdings.ts'
import { identitiesOf } from '../../data-map/key-conditions.ts'
import { type Finding, unknownName } from '../findings.ts'
import { type KnownParts, knownTableHoldings, mentions } from '../schema/known-parts.ts'
import { holdingRules } from './holding-rules.ts'
import { orderRules, redactionOrderRules } from './order-rules.ts'
import { RETENTION_RULES } from './retention-rules.ts'
import { TABLE_RULES } from './table-rules.ts'

/** Each finds its own mistakes, whatever the others find. */
export const RULES: readonly ((known: KnownParts) => Iterable<Finding>)[] = [
  nameRules,
  appRules,
  emailRules,
  recipientRules,
  identityRules,
  ...TABLE_RULES,
  holdingRules,
  orderRules,
  redactionOrderRules,
  ...RETENTION_RULES,
  unusedRules,
]

function* nameRules(known: KnownParts): Generator<Finding> {
  const { names: apps } = known.apps
  for (const name of apps.filter((name) => !/^[a-z][a-z0-9-]*$/.test(name))) {
    const remedy = "lower-case letters, digits and -, such as 'shop': it is part of the callback's address"
    yield { place: `apps.${name}`, problem: `"${name}" cannot be the name of an app`, remedy }
  }
  for (const [index, name] of apps.entries()) {
    const twin = apps.slice(0, index).find((other) => plain(other) === plain(name))
    if (twin === undefined) continue
    const problem = `differs from "${twin}" by nothing but -, which the names of the stack's outputs cannot show`
    yield { place: `apps.${name}`, problem, remedy: 'choose a name that differs in a letter or digit' }
  }
  for (const part of ['identities', 'tables', 'holdings', 'categories', 'reasons', 'retention'] as const) {
    for (const name of known[part].names.filter((name) => !/^[A-Za-z][A-Za-z0-9_]*$/.test(name))) {
      const remedy = 'a letter, then letters, digits and _'
      yield { place: `dataMap.${part}.${name}`, problem: `"${name}" cannot be a name here`, remedy }
    }
  }
}

const plain = (appName: string): string => appName.replaceAll('-', '')

function* appRules({ apps, identities, holdings }: KnownParts): Generator<Finding> {
  if (apps.names.length === 0 && apps.allWellShaped) {
    const remedy = 'describe the Meta app whose people may ask for deletion'
    yield { place: 'apps', problem: 'is empty', remedy }
  }
  for (const [name, { identity, scope }] of apps.parts) {
    const place = `apps.${name}.identity`
    const kind = identities.parts.get(identity)?.of
    yield* unknownName(place, 'identity', { name: identity, known: identities.names })
    if (!identities.names.includes(identity)) continue
    if (kind === 'group' || kind === 'record') {
      const remedy = "name an identity of kind alias or person: an app's user id is one person's"
      yield { place, problem: `"${identity}" is of kind ${kind}`, remedy }
    }
    if (identities.parts.get(identity)?.binary) {
      const remedy = 'name an identity of texts'
      yield { place, problem: `"${identity}" is bytes, and Meta's user ids are digits`, remedy }
    }
    const inScope = [...holdings.parts.values()].filter(
      (holding) => scope === 'account' || holding.scope === scope,
    )
    if (inScope.length === 0 && holdings.allWellShaped) {
      const remedy = "mark what came from Meta with scope: 'platform', the link at least"
      yield { place: `apps.${name}.scope`, problem: `is "${scope}", but no holding has this scope`, remedy }
    } else if (!isFoundBy(identity, inScope) && !mentions(holdings, identity)) {
      const scoped = scope === 'platform' ? ' of scope platform' : ''
      const problem = `no holding${scoped} finds anything by "${identity}": every request would end with nothing found`
      yield { place, problem, remedy: `add the holding that looks up the link by {${identity}}` }
    }
  }
}

function* emailRules({ email, identities, holdings }: KnownParts): Generator<Finding> {
  if (!email) return
  const { identity: name } = email
  const place = 'email.identity'
  const identity = identities.parts.get(name)
  yield* unknownName(place, 'identity', { name, known: identities.names })
  if (!identities.names.includes(name)) return
  if (identity && !isOneAddress(identity)) {
    const remedy =
      "name an alias with normalise: 'email': an address is compared in one spelling, and is one person's"
    yield { place, problem: `"${name}" is no identity for addresses`, remedy }
  } else if (!isFoundBy(name, [...holdings.parts.values()]) && !mentions(holdings, name)) {
    const problem = `no holding finds anything by "${name}": every request would end with nothing found`
    yield { place, problem, remedy: `add the holding that looks up the account by {${name}}` }
  }
}

const isOneAddress = ({ of, normalise }: Identity): boolean =>
  (of === 'person' || of === 'alias') && normalise === 'email'

/** People are told of a recipient because something has told the recipient. */
function* recipientRules({ recipients, holdings }: KnownParts): Generator<Finding> {
  for (const [at, { how }] of recipients.parts) {
    const place = `recipients.${at}.how`
    const holding = holdings.parts.get(how)
    yield* unknownName(place, 'holding', { name: how, known: holdings.names })
    if (holding && isTableHolding(holding)) {
      const remedy = 'name a manual or a function holding: what is done in a table of yours tells nobody else'
      yield { place, problem: `"${how}" is a holding of a table`, remedy }
    }
  }
}

function* identityRules(known: KnownParts): Generator<Finding> {
  const { apps, identities, holdings } = known
  const persons = [...identities.parts].filter(([, { of }]) => of === 'person').map(([name]) => name)
  if (persons.length > 1 || (persons.length === 0 && identities.allWellShaped)) {
    const problem =
      persons.length === 0 ? 'no identity is of kind person' : `${persons.join(', ')} are of kind person`
    const remedy = 'exactly one names a human being; a second name for the same one is an alias'
    yield { place: 'dataMap.identities', problem, remedy }
  }
  const given = [...apps.parts.values()].map(({ identity }) => identity)
  const learnt = knownTableHoldings(known).flatMap(([, { learns }]) => Object.keys(learns ?? {}))
  for (const [name, identity] of identities.parts) {
    if (identity.binary && identity.normalise) {
      const remedy = 'leave one of the two out'
      yield { place: `dataMap.identities.${name}.normalise`, problem: 'is for texts, not for bytes', remedy }
    }
    if (isOneAddress(identity) || given.includes(name) || learnt.includes(name)) continue
    if (mentions(apps, name) || mentions(holdings, name) || !isFoundBy(name, [...holdings.parts.values()]))
      continue
    const problem = 'is used to find items, but nothing ever gives it a value'
    const remedy = `let a holding learn it, learns: { ${name}: '<attribute>' }, or make it the identity of an app`
    yield { place: `dataMap.identities.${name}`, problem, remedy }
  }
}

const isFoundBy = (identity: string, holdings: readonly Holding[]): boolean =>
  holdings.some((holding) => isTableHolding(holding) && identitiesOf(holding.find).includes(identity))

function* unusedRules(known: KnownParts): Generator<Finding> {
  const used = {
    categories: [...known.holdings.parts.values()].map(({ category }) => category),
    reasons: knownTableHoldings(known).flatMap(([, { action }]) => retainOf(action)?.because ?? []),
  }
  for (const part of ['categories', 'reasons'] as const) {
    for (const name of known[part].names) {
      if (used[part].includes(name) || mentions(known.holdings, name)) continue
      const remedy =
        'use it in a holding, or take it out; a typing mistake in the holding would show like this'
      yield { place: `dataMap.${part}.${name}`, problem: 'no holding uses it', remedy }
    }
  }
}
