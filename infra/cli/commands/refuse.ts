/** `refuse` and `extend`: decisions that the person is told of, with a reason from a list. */

import { type Command, Option } from 'commander'
import { LANGUAGES } from '../../../shared/languages/languages.ts'
import { dayOf } from '../../../shared/platform/time.ts'
import { type OutputOptions, present } from '../console/output.ts'
import { REQUEST_HELP } from '../console/request-argument.ts'
import { operatorFunctions } from '../system/operator-functions.ts'
import type { SystemOptions } from '../system/system.ts'
import { readAnswer } from '../system/wire.ts'
import { SHORT_KEY } from './show.ts'

const { refusals, extensions } = LANGUAGES.en

interface Verdict {
  readonly name: 'refuse' | 'extend'
  readonly description: string
  readonly reasons: Reasons
  readonly note?: string
  readonly examples: readonly string[]
}

const VERDICTS: readonly Verdict[] = [
  {
    name: 'refuse',
    description: 'Ends a request that is in review or on hold without carrying it out. Cannot be undone.',
    reasons: refusals,
    note: `
A hold on the request ends with it: the next request for the same person is carried out. Against that, hold the person, too,
by hold --identity.
`,
    examples: [
      'refuse --local 5d41402abc4b --reason identity_not_confirmed',
      'hold --local 5d41402abc4b && npm run ops -- refuse --local 5d41402abc4b --reason legal_claim',
    ],
  },
  {
    name: 'extend',
    description:
      'Gives a request more time, once, as the law allows. Before it is due, and the person is told.',
    reasons: extensions,
    examples: ['extend --local 5d41402abc4b --reason complex'],
  },
]

export function addVerdicts(program: Command): void {
  for (const { name, description, reasons, note = '', examples } of VERDICTS) {
    program
      .command(name)
      .description(description)
      .argument('<REQUEST>', REQUEST_HELP)
      .addOption(reasonOf(reasons))
      .addHelpText(
        'after',
        `
The person reads the reason on the status page, and in a mail if they asked by mail:
${sentences(reasons)}
${note}
Examples:
${examples.map((example) => `  $ npm run ops -- ${example}`).join('\n')}`,
      )
      .action(async (request: string, _options, command: Command) => {
        const options = command.optsWithGlobals<OutputOptions & SystemOptions & { reason: string }>()
        const { operate } = operatorFunctions(options)
        const answer = await operate({ command: name, request, reason: options.reason })
        if (name === 'extend') {
          const extended = readAnswer('extend', answer)
          const { key, dueAt } = extended
          return present(options, extended, () => `${key.slice(0, SHORT_KEY)} is now due on ${dayOf(dueAt)}.`)
        }
        const { key, state } = readAnswer('decision', answer)
        present(options, { key, state }, () => `${key.slice(0, SHORT_KEY)} is ${state}.`)
      })
  }
}

type Reasons = Readonly<Record<string, string>>

const reasonOf = (reasons: Reasons): Option =>
  new Option('--reason <reason>', 'why').choices(Object.keys(reasons)).makeOptionMandatory()

const sentences = (reasons: Reasons): string =>
  Object.entries(reasons)
    .map(([name, sentence]) => `  ${name.padEnd(24)} ${sentence}`)
    .join('\n')
