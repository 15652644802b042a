/** `list --mail`: mail that led to no answer, and why. */
import type { Command } from 'commander'
import { wrongUsage } from './failure.ts'
import { operatorFunctions, type SystemOptions } from './local-system.ts'
import { counted, type OutputOptions, present, table } from './output.ts'
import { readAnswer } from './wire.ts'

interface ListOptions extends OutputOptions, SystemOptions {
  readonly mail?: true
  readonly days: number
}

export function addList(program: Command): void {
  program
    .command('list')
    .description(
      'Lists mail that was not answered: dropped, silent on purpose, without a usable sender, too soon or repeated. Names nobody.',
    )
    .option('--mail', 'mail that came in (so far the only list there is)')
    .option('--days <n>', 'of how many days, today included: 1 to 30', days, 7)
    .addHelpText(
      'after',
      `
Examples:
  $ npm run ops -- list --mail --local
  $ npm run --silent ops -- list --mail --local --json --days 30`,
    )
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>()
      if (!options.mail) throw wrongUsage('say what to list: --mail')
      const answer = await operatorFunctions(options).view({ command: 'mail', days: options.days })
      const { mails } = readAnswer('mail', answer)
      present(options, { mails }, () =>
        mails.length === 0
          ? `All mail of ${counted(options.days, 'day')} was answered, or none came.`
          : table(
              ['at', 'mail', 'what became of it', 'why'],
              mails.map(({ at, id, is, why = '' }) => [at, id.slice(0, 12), is, why]),
            ),
      )
    })
}

function days(text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= 1 && value <= 30) return value
  throw wrongUsage('--days takes a number from 1 to 30')
}
