/** Find who it is: follow what the records teach until nothing new comes up. */
import { expand } from '../config/template.ts'
import { count, type Identities, merge, ofKinds, PERSONAL, STORED, valuesOf } from './identities.ts'
import { learn } from './learn.ts'
import { type Place, queriesFor } from './places.ts'
import { pagesOf, type Work, workOn } from './work.ts'

export interface Resolved {
  readonly identities: Identities
  /** Learnt values that are no key, by holding: what they lead to cannot be found. */
  readonly unusable: Readonly<Record<string, number>>
}

/**
 * Reads the holdings that teach person, alias and group values, each again whenever it can be asked for more.
 *
 * @param limit Person and alias values after which it stops: that many are nobody's.
 */
export async function resolve(work: Work, limit: number): Promise<Resolved> {
  const stored = (identities: Identities): Identities => ofKinds(work.map, identities, STORED)
  const isStored = (name: string): boolean => STORED.includes(work.map.identities[name]?.of ?? '')
  const teachers = work.places.roots.filter(({ holding }) => Object.keys(holding.learns ?? {}).some(isStored))
  const asked = new Map<Place, string>()
  let unusable: Readonly<Record<string, number>> = {}
  let identities = stored(work.identities)
  for (;;) {
    const place = teachers.find((teacher) => asked.get(teacher) !== questions(teacher, identities))
    if (!place) return { identities, unusable }
    asked.set(place, questions(place, identities))
    let unread = 0
    for await (const { items } of pagesOf(workOn({ ...work, identities }), place, valuesOf(identities))) {
      const learnt = learn(place, items, work.usable)
      identities = merge(identities, stored(learnt.identities))
      unread += learnt.unusable
      if (count(ofKinds(work.map, identities, PERSONAL)) > limit) return { identities, unusable }
    }
    if (unread > 0) unusable = { ...unusable, [place.name]: unread }
  }
}

/** What a place would ask of DynamoDB now: another text, another answer. */
const questions = (place: Place, identities: Identities): string =>
  JSON.stringify([
    queriesFor(place, valuesOf(identities)),
    place.owner.map(({ template }) => expand(template, valuesOf(identities))),
  ])
