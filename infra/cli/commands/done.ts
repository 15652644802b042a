/** `done`: an operator says that a task of a request has been done by hand. */

import type { Command } from 'commander'
import { type OutputOptions, present } from '../console/output.ts'
import { REQUEST_HELP } from '../console/request-argument.ts'
import { operatorFunctions } from '../system/operator-functions.ts'
import { opsCommand } from '../system/ops-command.ts'
import type { SystemOptions } from '../system/system.ts'
import { readAnswer } from '../system/wire.ts'
import { SHORT_KEY } from './show.ts'

export function addDone(program: Command): void {
  program
    .command('done')
    .description('Confirms what was done by hand for a request; with the last task it goes on by itself.')
    .argument('<REQUEST>', REQUEST_HELP)
    .argument('<HOLDING>', 'the task: the name of its holding, as show lists it')
    .addHelpText(
      'after',
      `
The history of the request keeps who said so, for as long as its record.

Examples:
  $ npm run ops -- show --local 5d41402abc4b     (lists the tasks)
  $ npm run ops -- done --local --as linh 5d41402abc4b paper`,
    )
    .action(async (request: string, holding: string, _options, command: Command) => {
      const options = command.optsWithGlobals<OutputOptions & SystemOptions>()
      const { operate } = operatorFunctions(options)
      const { key, state, open } = readAnswer('done', await operate({ command: 'done', request, holding }))
      present(options, { key, state, open }, () => {
        const short = key.slice(0, SHORT_KEY)
        const follow = `Follow it: ${opsCommand(options)(`show ${short}`)}`
        return open.length > 0
          ? `${short} still waits for ${open.join(', ')}. ${follow}`
          : `${short} is ${state} and goes on by itself. ${follow}`
      })
    })
}
