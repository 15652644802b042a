/** `open`: a request that came by phone or post. */

import type { Command } from 'commander'
import { type OutputOptions, present } from '../console/output.ts'
import { reasonText, whom } from '../console/request-argument.ts'
import { operatorFunctions } from '../system/operator-functions.ts'
import { opsCommand } from '../system/ops-command.ts'
import type { SystemOptions } from '../system/system.ts'
import { readAnswer } from '../system/wire.ts'
import { SHORT_KEY } from './show.ts'

export function addOpen(program: Command): void {
  program
    .command('open')
    .description(
      'Opens a request for somebody who asked by phone or post. Another operator has to approve it.',
    )
    .requiredOption('--reason <text>', "how it came; kept in the request's history: name nobody", reasonText)
    .addHelpText(
      'after',
      `
Who it is comes on standard input, KIND=VALUE, one per line. What is found is planned and waits; whoever opened it cannot
approve it. It prints the confirmation code: give it to the person, and to nobody else.

Examples:
  $ npm run ops -- open --local --as linh --reason "letter of 12 May, identity card seen" < somebody.txt
  $ npm run ops -- approve --local --as minh 5d41402abc4b`,
    )
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<OutputOptions & SystemOptions & { reason: string }>()
      const whose = await whom(undefined, { identity: true })
      const { operate } = operatorFunctions(options)
      const opened = readAnswer('open', await operate({ command: 'open', ...whose, reason: options.reason }))
      present(options, opened, () => {
        const short = opened.key.slice(0, SHORT_KEY)
        return `${short} is opened. Its confirmation code, for the person alone: ${opened.code}\nFollow it: ${opsCommand(options)(`show ${short}`)}`
      })
    })
}
