/** `refuse` and `extend`: decisions that the person is told of, with a reason from a list. */
import { type Command, Option } from 'commander'
import { LANGUAGES } from '../../shared/languages/languages.ts'
import { operatorFunctions, type SystemOptions } from './local-system.ts'
import { type OutputOptions, present } from './output.ts'
import { REQUEST_HELP } from './request-argument.ts'
import { SHORT_KEY } from './show.ts'
import { readAnswer } from './wire.ts'

const { refusals, extensions } = LANGUAGES.en

type Options = OutputOptions & SystemOptions & { readonly reason: string }

export function addRefuse(program: Command): void {
  program
    .command('refuse')
    .description('Ends a request that is in review or on hold without carrying it out. Cannot be undone.')
    .argument('<REQUEST>', REQUEST_HELP)
    .addOption(reasonOf(refusals))
    .addHelpText(
      'after',
      `
The person reads the reason on the status page, and in a mail if they asked by mail:
${sentences(refusals)}

Examples:
  $ npm run ops -- refuse --local 5d41402abc4b --reason identity_not_confirmed
  $ npm run ops -- hold --local 5d41402abc4b && npm run ops -- refuse --local 5d41402abc4b --reason legal_claim`,
    )
    .action(async (request: string, _options, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      const answer = await operatorFunctions(options).operate({
        command: 'refuse',
        request,
        reason: options.reason,
      })
      const { key, state } = readAnswer('decision', answer)
      present(options, { key, state }, () => `${key.slice(0, SHORT_KEY)} is ${state}.`)
    })
}

export function addExtend(program: Command): void {
  program
    .command('extend')
    .description(
      'Gives a request more time, once, as the law allows. Before it is due, and the person is told.',
    )
    .argument('<REQUEST>', REQUEST_HELP)
    .addOption(reasonOf(extensions))
    .addHelpText(
      'after',
      `
The person reads the reason on the status page, and in a mail if they asked by mail:
${sentences(extensions)}

Examples:
  $ npm run ops -- extend --local 5d41402abc4b --reason complex`,
    )
    .action(async (request: string, _options, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      const answer = await operatorFunctions(options).operate({
        command: 'extend',
        request,
        reason: options.reason,
      })
      const extended = readAnswer('extend', answer)
      const { key, dueAt } = extended
      present(options, extended, () => `${key.slice(0, SHORT_KEY)} is now due on ${dueAt.slice(0, 10)}.`)
    })
}

type Reasons = Readonly<Record<string, string>>

const reasonOf = (reasons: Reasons): Option =>
  new Option('--reason <reason>', 'why').choices(Object.keys(reasons)).makeOptionMandatory()

const sentences = (reasons: Reasons): string =>
  Object.entries(reasons)
    .map(([name, sentence]) => `  ${name.padEnd(24)} ${sentence}`)
    .join('\n')
