/** `approve`, `retry` and `withdraw`: an operator says go, or takes a request back. */

import type { Command } from 'commander'
import { type OutputOptions, present } from '../console/output.ts'
import { REASON_OPTION, REQUEST_HELP } from '../console/request-argument.ts'
import { operatorFunctions } from '../system/operator-functions.ts'
import { opsCommand } from '../system/ops-command.ts'
import type { SystemOptions } from '../system/system.ts'
import { readAnswer } from '../system/wire.ts'
import { SHORT_KEY } from './show.ts'

interface Decision {
  readonly name: 'approve' | 'retry' | 'withdraw'
  readonly description: string
  readonly example: string
}

const DECISIONS: readonly Decision[] = [
  {
    name: 'approve',
    description: 'Lets a request in review go on: what its plan found is then erased. Cannot be undone.',
    example: '"the person called, ticket 4711"',
  },
  {
    name: 'retry',
    description: 'Starts a request again that ended with the operator, once its problem is mended.',
    example: '"holding for GIFT# added"',
  },
  {
    name: 'withdraw',
    description:
      'Takes a request back for its person, as long as nothing has been deleted. Cannot be undone.',
    example: '"asked by phone, ticket 4711"',
  },
]

export function addDecisions(program: Command): void {
  for (const { name, description, example } of DECISIONS) {
    program
      .command(name)
      .description(description)
      .argument('<REQUEST>', REQUEST_HELP)
      .option(...REASON_OPTION)
      .addHelpText(
        'after',
        `
Examples:
  $ npm run ops -- ${name} --local 5d41402abc4b
  $ npm run ops -- ${name} --local --as linh 5d41402abc4b --reason ${example}`,
      )
      .action(async (request: string, _options, command: Command) => {
        const options = command.optsWithGlobals<OutputOptions & SystemOptions & { reason?: string }>()
        const { operate } = operatorFunctions(options)
        const { reason } = options
        const answer = await operate({ command: name, request, ...(reason === undefined ? {} : { reason }) })
        const { key, state } = readAnswer('decision', answer)
        present(options, { key, state }, () => {
          const short = key.slice(0, SHORT_KEY)
          return state === 'withdrawn'
            ? `${short} is withdrawn: nothing was changed.`
            : `${short} is ${state} and goes on by itself. Follow it: ${opsCommand(options)(`show ${short}`)}`
        })
      })
  }
}
