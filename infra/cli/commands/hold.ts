/** `hold` and `release`: while a person is held, no request writes to their items. */
import type { AnswerOnWire } from '../../../shared/operator/answers.ts'
import { CliError } from '../console/failure.ts'
import { requestOrPeople } from '../console/named-identities.ts'
import { REASON, REQUEST_OR_PEOPLE } from '../console/options.ts'
import { counted, table } from '../console/output.ts'
import { defineCommand } from '../define-command.ts'
import { shortKey } from './show.ts'

/** Together they outlast the lease of a worker. */
const MOST_CALLS = 6

export const hold = defineCommand({
  name: 'hold',
  says: 'Stops a request, and every other request for its person. Returns when nothing can be written any more.',
  options: { ...REQUEST_OR_PEOPLE, reason: REASON },
  help: `
A hold on a request covers all identities known of its person, and ends with the request. A hold by identity covers the
given values, so give all that you know; release --identity ends it.

Examples:
  $ npm run ops -- hold --local 5d41402abc4b --reason "court order 12/2026"
  $ npm run ops -- hold --local --identity --reason "court order 12/2026" < somebody.txt`,
  async run({ reason, ...given }, { ask, print }) {
    const input = { ...(await requestOrPeople(given)), reason }
    let held = await ask('hold', input)
    for (let call = 1; !held.isStill && call < MOST_CALLS; call += 1) held = await ask('hold', input)
    if (!held.isStill) {
      const ends = held.requests.flatMap(({ until }) => until ?? [])
      throw new CliError(
        'not_still',
        `the hold is set, but a worker that does not answer may write until ${ends.toSorted().at(-1) ?? 'its lease ends'}: run hold again then`,
      )
    }
    print(held, () => describeHeld(held))
  },
})

function describeHeld({ requests, subjects }: AnswerOnWire<'hold'>): string {
  const held = `${counted(subjects, 'identity is', 'identities are')} held. Nothing is written any more.`
  if (requests.length === 0) return `${held} No open request had begun.`
  const rows = requests.map(({ key, gone: { atLeast, atMost } }) => [
    shortKey(key),
    atLeast === atMost ? String(atLeast) : `${atLeast} to ${atMost}`,
  ])
  return [table(['stopped', 'items written to before'], rows), held].join('\n')
}

export const release = defineCommand({
  name: 'release',
  says: 'Ends a hold: the stopped requests go on by themselves.',
  options: { ...REQUEST_OR_PEOPLE, reason: REASON },
  help: `
A hold by another request, or by identity, stays: the command names it, and the stopped requests go on when it ends.

Examples:
  $ npm run ops -- release --local 5d41402abc4b
  $ npm run ops -- release --local --identity < somebody.txt`,
  async run({ reason, ...given }, { ask, print }) {
    const released = await ask('release', { ...(await requestOrPeople(given)), reason })
    print(released, () => [...describeReleased(released)].join(' '))
  },
})

function* describeReleased({ key, state, by, others }: AnswerOnWire<'release'>): Generator<string> {
  const names = by.map((name) => (name === 'identity' ? 'one by identity' : shortKey(name)))
  if (names.length > 0) yield `Another hold stands: ${names.join(', ')}.`
  if (key !== undefined && state !== undefined) yield `${shortKey(key)} is ${state}.`
  if (others.length > 0) yield `Goes on as well: ${others.map(shortKey).join(', ')}.`
  if (names.length === 0) yield 'The stopped requests go on by themselves.'
}
