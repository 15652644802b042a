/** The resolve phase: learns identities from the records until no new ones come up, and claims every subject. */
import { hash } from 'node:crypto'
import { COMBINED } from '../person/combinations.ts'
import {
  count,
  type Identities,
  merge,
  mergeAll,
  ofKinds,
  ofNames,
  PERSONAL,
  valuesOf,
} from '../person/identities.ts'
import { learn } from '../person/item-identities.ts'
import { isKeptApart, keptOf, knownTo } from '../person/kept-values.ts'
import { type HoldingCursor, pagesOf } from '../person/pages.ts'
import { endsOf, queriesFor } from '../person/queries.ts'
import type { ReadyHolding } from '../person/ready-map.ts'
import { type Work, workOn } from '../person/work.ts'
import type { Approval } from '../requests/request.ts'
import type { Resolving } from './checkpoint.ts'
import { claimAll } from './claims.ts'
import { split } from './counts.ts'
import {
  approvalOf,
  hashesOf,
  opened,
  type PhaseContext,
  type PhaseResult,
  review,
  type SliceEnd,
  sealed,
} from './phase-context.ts'
import { doubtAboutWhom, isApproved, MOST_LOOKUPS, maxIdentities, tooManyLookups } from './review.ts'
import { keepIdentities, openIdentities } from './sealed-identities.ts'

export async function resolvePhase(
  context: PhaseContext,
  { asked: before, stoppedAt: start, ...progress }: Resolving,
): Promise<PhaseResult> {
  const { deps, request, cursors } = context
  const { map } = deps
  const approval = approvalOf(context)
  const limit = isApproved(approval, 'too_many_identities') ? Number.POSITIVE_INFINITY : maxIdentities(map)
  let { work } = context
  let asked = before
  let from: HoldingCursor | undefined = start && (await opened(context, start))
  for (;;) {
    const resolved = await resolve(work, { limit, asked, from, approval })
    const { identities, stoppedAt, lookups } = resolved
    ;({ asked } = resolved)
    const doubt = doubtAboutWhom(map, identities, approval) ?? (lookups ? 'too_many_lookups' : undefined)
    if (doubt) {
      return review({ deps, work: { ...work, identities } }, { reason: doubt, ...(lookups && { lookups }) })
    }
    await keepIdentities(deps, request, work.identities, identities)
    work = workOn({ ...work, identities })
    if (stoppedAt) {
      const at = await sealed({ cursors, work }, stoppedAt)
      return { is: 'more', progress: { ...progress, asked, stoppedAt: at } }
    }
    const claimed = await claim({ ...context, work })
    if ('is' in claimed) return claimed
    ;({ work } = claimed)
    if (count(work.identities) === count(identities)) {
      return { is: 'next', progress: { ...progress, phase: 'plan', planned: {} }, work }
    }
    from = undefined
  }
}

/** Claims every subject. Identities that another request has found are copied: their records may be gone by now. */
export async function claim(
  context: PhaseContext,
): Promise<Extract<SliceEnd, { is: 'held' | 'behind' }> | { readonly work: Work }> {
  const { deps, request, work } = context
  const hashes = await hashesOf(context)
  const claimed = await claimAll(deps.ledger, request, hashes)
  if (claimed.is === 'held') return { is: 'held', hashes }
  let { identities } = work
  for (const other of claimed.others)
    identities = merge(identities, await openIdentities(deps, other, work.ready.joints))
  await keepIdentities(deps, request, work.identities, identities)
  return claimed.is === 'behind' ? { is: 'behind' } : { work: workOn({ ...work, identities }) }
}

type Asked = NonNullable<Resolving['asked']>

export interface Resolved {
  readonly identities: Identities
  /** Learnt values that are no key, by holding: the records they lead to cannot be found. */
  readonly unusable: Readonly<Record<string, number>>
  readonly asked: Asked
  /** Where it stopped, if the deadline has passed. */
  readonly stoppedAt?: HoldingCursor
  /** Why it stopped before the end: so many queries would come next, or so many combinations. */
  readonly lookups?: number
}

export interface ResolveStart {
  /** With it, no number of queries is too many. */
  readonly approval?: Approval | undefined
  /** Person and alias values after which it stops: one person does not have so many. */
  readonly limit: number
  readonly asked?: Asked | undefined
  readonly from?: HoldingCursor | undefined
}

/** Reads the holdings that teach person, alias and group values, each again whenever it can be asked for more. */
export async function resolve(
  work: Work,
  { limit, asked: before = {}, from, approval }: ResolveStart,
): Promise<Resolved> {
  const { stored } = work.ready
  // Children teach records only: those that are stored find the children of theirs.
  const children = work.everywhere.all.filter(({ config }) => config.per !== undefined)
  const others = work.everywhere.roots.filter(({ name }) => !work.inScope.has(name))
  const isRecord = (name: string): boolean => work.map.identities[name]?.of === 'record'
  /** Of another scope, a holding only tells what is a child of the person's. */
  const wantedOf = ({ name, lessons, shows }: ReadyHolding): readonly string[] => {
    const taught = [...lessons.map(({ identity }) => identity), ...(shows.length > 0 ? [COMBINED] : [])]
    return taught.filter(
      (one) => stored.includes(one) && (work.inScope.has(name) || one === COMBINED || isRecord(one)),
    )
  }
  const teachers = [...work.ready.roots, ...others, ...children].filter(
    (holding) => wantedOf(holding).length > 0,
  )
  const isAnyNumber = isApproved(approval, 'too_many_lookups')
  const mostTogether = isAnyNumber ? Number.POSITIVE_INFINITY : MOST_LOOKUPS
  let asked = before
  let unusable: Resolved['unusable'] = {}
  // The person, and after a restore the records that nothing else leads to any more.
  let identities = work.identities
  let start = from
  for (;;) {
    const holding =
      teachers.find(({ name }) => name === start?.holding) ??
      teachers.find((teacher) => asked[teacher.name] !== questions(teacher, identities))
    if (!holding) return { identities, unusable, asked }
    const lookups = tooManyLookups([holding], knownTo(holding, identities), approval)
    if (lookups) return { identities, unusable, asked, lookups }
    const asks = questions(holding, identities)
    let unread = 0
    const now = workOn({ ...work, identities })
    // There may be very many records: they are put together once, and read without regard to their children.
    const records: Identities[] = []
    const whole = { ...holding, children: [] }
    for await (const { items, next } of pagesOf(now, whole, knownTo(holding, identities), start?.cursor)) {
      const learnt = learn(holding, items, work.usable, mostTogether)
      if (learnt.tooMany) return { identities, unusable, asked, lookups: learnt.tooMany }
      const kept = keptOf(work, holding, ofNames(learnt.identities, wantedOf(holding)))
      const [apart, own] = split(kept, isKeptApart)
      records.push(apart)
      if (Object.keys(own).length > 0) identities = merge(identities, own)
      unread += learnt.unusable
      if (count(ofKinds(work.map, identities, PERSONAL)) > limit) return { identities, unusable, asked }
      if (next && work.deadline.passed()) {
        identities = mergeAll([identities, ...records])
        // With more values there are other questions: then it is asked from the start.
        const isSame = questions(holding, identities) === asks
        const stoppedAt = { holding: holding.name, ...(isSame && { cursor: next }) }
        return { identities, unusable, asked, stoppedAt }
      }
    }
    identities = mergeAll([identities, ...records])
    start = undefined
    asked = { ...asked, [holding.name]: asks }
    if (unread > 0) unusable = { ...unusable, [holding.name]: unread }
  }
}

/** What a holding would ask of DynamoDB now: another text, another answer. */
function questions(holding: ReadyHolding, identities: Identities): string {
  const values = valuesOf(identities)
  const asks = [
    queriesFor(holding, knownTo(holding, identities)),
    holding.owner.map((part) => endsOf(part, values)),
  ]
  return hash('sha256', JSON.stringify(asks), 'base64url')
}
