/** `keep`: what one holding has of a person is kept for one request. */

import type { Command } from 'commander'
import { wrongUsage } from '../console/failure.ts'
import { type OutputOptions, present } from '../console/output.ts'
import { REQUEST_HELP } from '../console/request-argument.ts'
import { operatorFunctions } from '../system/operator-functions.ts'
import type { SystemOptions } from '../system/system.ts'
import { readAnswer } from '../system/wire.ts'
import { SHORT_KEY } from './show.ts'

type KeepOptions = OutputOptions & SystemOptions & { readonly because: string; readonly until: string }

export function addKeep(program: Command): void {
  program
    .command('keep')
    .description(
      'Keeps what one holding has, for one request: the rest is erased. The person is told why and until when.',
    )
    .argument('<REQUEST>', REQUEST_HELP)
    .argument('<HOLDING>', 'its name in the data map')
    .requiredOption('--because <reason>', 'a word of the reasons in the data map')
    .requiredOption('--until <day>', 'such as 2036-12-31', day)
    .addHelpText(
      'after',
      `
As long as the request is open and not at work: hold it first if it is. What is found through the holding, such as the lines
of its orders, is kept with it. After the day, whoever kept it has to remove it.

Examples:
  $ npm run ops -- keep --local 5d41402abc4b orders --because tax --until 2036-12-31
  $ npm run ops -- keep --local --as linh 5d41402abc4b contacts --because claim --until 2029-06-30`,
    )
    .action(async (request: string, holding: string, _options, command: Command) => {
      const options = command.optsWithGlobals<KeepOptions>()
      const { because, until } = options
      const asked = { command: 'keep', request, holding, because, until }
      const { key, state } = readAnswer('decision', await operatorFunctions(options).operate(asked))
      present(options, { key, state }, () => {
        return `${key.slice(0, SHORT_KEY)} keeps ${holding} until ${until}, and is ${state}.`
      })
    })
}

function day(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(text).toJSON()?.startsWith(text)) return text
  throw wrongUsage('--until takes a day such as 2036-12-31')
}
