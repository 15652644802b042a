/** `pause` and `resume`: all erasing, of every request. */

import type { Command } from 'commander'
import { counted, type OutputOptions, present } from '../console/output.ts'
import { operatorFunctions } from '../system/operator-functions.ts'
import { opsCommand } from '../system/ops-command.ts'
import type { SystemOptions } from '../system/system.ts'
import { readAnswer } from '../system/wire.ts'

export function addPause(program: Command): void {
  program
    .command('pause')
    .description('Pauses all erasing: work in hand stops with its slice, within two minutes.')
    .addHelpText(
      'after',
      `
Requests are taken as before, and wait. Nothing is lost, and no try is counted.

Examples:
  $ npm run ops -- pause --local
  $ npm run ops -- pause --local --as linh --json`,
    )
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<OutputOptions & SystemOptions>()
      const answer = readAnswer('pause', await operatorFunctions(options).operate({ command: 'pause' }))
      present(options, answer, () => `All erasing is paused. To go on: ${opsCommand(options)('resume')}`)
    })
}

export function addResume(program: Command): void {
  program
    .command('resume')
    .description('Lets all erasing go on, and wakes what has waited for that.')
    .addHelpText(
      'after',
      `
Examples:
  $ npm run ops -- resume --local
  $ npm run ops -- resume --local --as linh --json`,
    )
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<OutputOptions & SystemOptions>()
      const { operate } = operatorFunctions(options)
      let woken = 0
      let after: unknown
      do {
        const command = { command: 'resume', ...(after !== undefined && { after }) }
        const answer = readAnswer('resume', await operate(command))
        woken += answer.woken
        after = answer.next
      } while (after !== undefined)
      present(
        options,
        { isPaused: false, woken },
        () => `Erasing goes on: ${counted(woken, 'request')} woken.`,
      )
    })
}
