/** `hold` and `release`: nothing of a held person is written to, whatever request it is. */

import type { Command } from 'commander'
import { CliError } from '../console/failure.ts'
import { counted, type OutputOptions, present, table } from '../console/output.ts'
import { REASON_OPTION, REQUEST_HELP, whom } from '../console/request-argument.ts'
import { operatorFunctions } from '../system/operator-functions.ts'
import type { SystemOptions } from '../system/system.ts'
import { readAnswer } from '../system/wire.ts'
import { SHORT_KEY } from './show.ts'

type HoldOptions = OutputOptions & SystemOptions & { readonly identity?: true; readonly reason?: string }

/** Longer than any worker can be at work without an answer. */
const MOST_CALLS = 6

export function addHold(program: Command): void {
  program
    .command('hold')
    .description(
      'Stops a request and holds its person against every other; returns when nothing can be written any more.',
    )
    .argument('[REQUEST]', REQUEST_HELP)
    .option('--identity', 'instead of a request: KIND=VALUE, one per line on standard input')
    .option(...REASON_OPTION)
    .addHelpText(
      'after',
      `
A hold on a request is on everything known of its person by then, and ends with the request. A hold by identity is on the
values given, and ends by release --identity: give all that you know.

Examples:
  $ npm run ops -- hold --local 5d41402abc4b --reason "court order 12/2026"
  $ npm run ops -- hold --local --identity --reason "court order 12/2026" < somebody.txt`,
    )
    .action(async (request: string | undefined, _options, command: Command) => {
      const options = command.optsWithGlobals<HoldOptions>()
      const { operate } = operatorFunctions(options)
      const whose = await whom(request, options)
      const ask = async () =>
        readAnswer('hold', await operate({ command: 'hold', ...whose, ...why(options) }))
      let held = await ask()
      for (let call = 1; !held.isStill && call < MOST_CALLS; call += 1) held = await ask()
      if (!held.isStill) {
        const until = held.requests
          .flatMap(({ until: at }) => at ?? [])
          .toSorted()
          .at(-1)
        throw new CliError(
          'not_still',
          `it is held, but a worker that does not answer may write until ${until ?? 'its lease ends'}: ask again then`,
        )
      }
      present(options, held, () => describeHeld(held))
    })
}

type HeldOnWire = ReturnType<typeof readAnswer<'hold'>>

function describeHeld({ requests, subjects }: HeldOnWire): string {
  const said = `${counted(subjects, 'identity is', 'identities are')} held. Nothing is written any more.`
  if (requests.length === 0) return `${said} No open request had begun.`
  const rows = requests.map(({ key, gone: { atLeast, atMost } }) => [
    key.slice(0, SHORT_KEY),
    atLeast === atMost ? String(atLeast) : `${atLeast} to ${atMost}`,
  ])
  return [table(['stopped', 'items written to before'], rows), said].join('\n')
}

export function addRelease(program: Command): void {
  program
    .command('release')
    .description('Ends a hold: what it had stopped goes on by itself.')
    .argument('[REQUEST]', REQUEST_HELP)
    .option('--identity', 'instead of a request: KIND=VALUE, one per line on standard input')
    .option(...REASON_OPTION)
    .addHelpText(
      'after',
      `
A hold of another name stands: then it says whose, and what it had stopped goes on when that has ended, too.

Examples:
  $ npm run ops -- release --local 5d41402abc4b
  $ npm run ops -- release --local --identity < somebody.txt`,
    )
    .action(async (request: string | undefined, _options, command: Command) => {
      const options = command.optsWithGlobals<HoldOptions>()
      const { operate } = operatorFunctions(options)
      const answer = await operate({ command: 'release', ...(await whom(request, options)), ...why(options) })
      const released = readAnswer('release', answer)
      present(options, released, () => describeReleased(released))
    })
}

function describeReleased({ key, state, by, others }: ReturnType<typeof readAnswer<'release'>>): string {
  const names = by.map((name) => (name === 'identity' ? 'one by identity' : name.slice(0, SHORT_KEY)))
  return [
    ...(names.length > 0 ? [`Another hold stands: ${names.join(', ')}.`] : []),
    ...(key !== undefined && state !== undefined ? [`${key.slice(0, SHORT_KEY)} is ${state}.`] : []),
    ...(others.length > 0
      ? [`Goes on as well: ${others.map((one) => one.slice(0, SHORT_KEY)).join(', ')}.`]
      : []),
    ...(names.length === 0 ? ['What it had stopped goes on by itself.'] : []),
  ].join(' ')
}

const why = ({ reason }: HoldOptions) => (reason === undefined ? {} : { reason })
