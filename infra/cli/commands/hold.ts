/** `hold` and `release`: nothing of a held person is written to, whatever request it is. */
import type { AnswerOnWire } from '../../../shared/operator/answers.ts'
import { CliError } from '../console/failure.ts'
import { requestOrPeople } from '../console/named-identities.ts'
import { REASON, REQUEST_OR_PEOPLE } from '../console/options.ts'
import { counted, table } from '../console/output.ts'
import { defineCommand } from '../define-command.ts'
import { SHORT_KEY } from './show.ts'

/** Longer than any worker can be at work without an answer. */
const MOST_CALLS = 6

export const hold = defineCommand({
  name: 'hold',
  says: 'Stops a request and holds its person against every other; returns when nothing can be written any more.',
  options: { ...REQUEST_OR_PEOPLE, reason: REASON },
  help: `
A hold on a request is on everything known of its person by then, and ends with the request. A hold by identity is on the
values given, and ends by release --identity: give all that you know.

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
        `it is held, but a worker that does not answer may write until ${ends.toSorted().at(-1) ?? 'its lease ends'}: ask again then`,
      )
    }
    print(held, () => describeHeld(held))
  },
})

function describeHeld({ requests, subjects }: AnswerOnWire<'hold'>): string {
  const said = `${counted(subjects, 'identity is', 'identities are')} held. Nothing is written any more.`
  if (requests.length === 0) return `${said} No open request had begun.`
  const rows = requests.map(({ key, gone: { atLeast, atMost } }) => [
    key.slice(0, SHORT_KEY),
    atLeast === atMost ? String(atLeast) : `${atLeast} to ${atMost}`,
  ])
  return [table(['stopped', 'items written to before'], rows), said].join('\n')
}

export const release = defineCommand({
  name: 'release',
  says: 'Ends a hold: what it had stopped goes on by itself.',
  options: { ...REQUEST_OR_PEOPLE, reason: REASON },
  help: `
A hold by another request, or by identity, stays: the command names it, and what was stopped goes on when it ends, too.

Examples:
  $ npm run ops -- release --local 5d41402abc4b
  $ npm run ops -- release --local --identity < somebody.txt`,
  async run({ reason, ...given }, { ask, print }) {
    const released = await ask('release', { ...(await requestOrPeople(given)), reason })
    print(released, () => [...describeReleased(released)].join(' '))
  },
})

function* describeReleased({ key, state, by, others }: AnswerOnWire<'release'>): Generator<string> {
  const names = by.map((name) => (name === 'identity' ? 'one by identity' : name.slice(0, SHORT_KEY)))
  if (names.length > 0) yield `Another hold stands: ${names.join(', ')}.`
  if (key !== undefined && state !== undefined) yield `${key.slice(0, SHORT_KEY)} is ${state}.`
  if (others.length > 0) yield `Goes on as well: ${others.map((one) => one.slice(0, SHORT_KEY)).join(', ')}.`
  if (names.length === 0) yield 'What it had stopped goes on by itself.'
}
