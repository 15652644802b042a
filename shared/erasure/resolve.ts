/** Find who it is: follow what the records teach until nothing new comes up. */
import { createHash } from 'node:crypto'
import { count, type Identities, merge, ofKinds, PERSONAL, STORED, valuesOf } from '../person/identities.ts'
import { learn } from '../person/item-identities.ts'
import { pagesOf } from '../person/pages.ts'
import { endsOf, queriesFor } from '../person/queries.ts'
import type { ReadyHolding } from '../person/ready-map.ts'
import { type Work, workOn } from '../person/work.ts'
import type { Position } from './plan.ts'

/** What each holding that teaches has been asked already, as a hash. */
export type Asked = Readonly<Record<string, string>>

export interface Resolved {
  readonly identities: Identities
  /** Learnt values that are no key, by holding: what they lead to cannot be found. */
  readonly unusable: Readonly<Record<string, number>>
  readonly asked: Asked
  /** Where it stopped when time ran out. */
  readonly stoppedAt?: Position
}

export interface ResolveStart {
  /** Person and alias values after which it stops: that many are nobody's. */
  readonly limit: number
  readonly asked?: Asked | undefined
  readonly from?: Position | undefined
}

/** Reads the holdings that teach person, alias and group values, each again whenever it can be asked for more. */
export async function resolve(
  work: Work,
  { limit, asked: before = {}, from }: ResolveStart,
): Promise<Resolved> {
  const stored = (identities: Identities): Identities => ofKinds(work.map, identities, STORED)
  const isStored = (name: string): boolean => STORED.includes(work.map.identities[name]?.of ?? '')
  const teachers = work.ready.roots.filter(({ lessons }) =>
    lessons.some(({ identity }) => isStored(identity)),
  )
  let asked = before
  let unusable: Resolved['unusable'] = {}
  // Whom it names, and after a restore the records that nothing else leads to any more.
  let identities = work.identities
  let start = from
  for (;;) {
    const holding =
      teachers.find(({ name }) => name === start?.holding) ??
      teachers.find((teacher) => asked[teacher.name] !== questions(teacher, identities))
    if (!holding) return { identities, unusable, asked }
    const asks = questions(holding, identities)
    let unread = 0
    const now = workOn({ ...work, identities })
    for await (const { items, next } of pagesOf(now, holding, valuesOf(identities), start?.cursor)) {
      const learnt = learn(holding, items, work.usable)
      identities = merge(identities, stored(learnt.identities))
      unread += learnt.unusable
      if (count(ofKinds(work.map, identities, PERSONAL)) > limit) return { identities, unusable, asked }
      if (next && work.deadline.passed()) {
        // With more values there are other questions: then it is asked from the start.
        const isSame = questions(holding, identities) === asks
        return {
          identities,
          unusable,
          asked,
          stoppedAt: { holding: holding.name, ...(isSame && { cursor: next }) },
        }
      }
    }
    start = undefined
    asked = { ...asked, [holding.name]: asks }
    if (unread > 0) unusable = { ...unusable, [holding.name]: unread }
  }
}

/** What a place would ask of DynamoDB now: another text, another answer. */
function questions(holding: ReadyHolding, identities: Identities): string {
  const values = valuesOf(identities)
  const asks = [queriesFor(holding, values), holding.owner.map((part) => endsOf(part, values))]
  return createHash('sha256').update(JSON.stringify(asks)).digest('base64url')
}
