/** `retention`: the rules by which data goes without anybody asking, what they would find, and their switch. */

import type { Command } from 'commander'
import type { ListedRule } from '../../../shared/retention/rule-switch.ts'
import { type OutputOptions, paint, present, table } from '../console/output.ts'
import { wholeNumber } from '../console/whole-number.ts'
import { operatorFunctions } from '../system/operator-functions.ts'
import { opsCommand } from '../system/ops-command.ts'
import type { SystemOptions } from '../system/system.ts'
import { readAnswer } from '../system/wire.ts'

type Options = OutputOptions & SystemOptions

export function addRetention(program: Command): void {
  const retention = program
    .command('retention')
    .description(
      'Lists the retention rules of the data map: which ones erase, and how many are due. Names nobody.',
    )
    .addHelpText(
      'after',
      `
A new rule, or one that was changed, only counts, until it is enabled with the number that it counts. An enabled one opens
requests, up to its limit a day. Of a rule that tells people before, whoever falls due within that time counts as due, but for
those without an address: they are due on their day. Dates that are absent, unreadable, in the future or before 2000 are never due.

Examples:
  $ npm run ops -- retention --local
  $ npm run ops -- retention enable left --expect 12 --local
  $ npm run ops -- retention disable left --local`,
    )
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      const { rules } = readAnswer(
        'retention',
        await operatorFunctions(options).view({ command: 'retention' }),
      )
      present(options, { rules }, () => describeRules(rules))
    })
  retention
    .command('enable <rule>')
    .description('Lets a rule open requests, from its next pass on: within the hour.')
    .requiredOption('--expect <n>', 'how many are due, as the list says', wholeNumber('--expect'))
    .addHelpText('after', '\nExample:\n  $ npm run ops -- retention enable left --expect 12 --local')
    .action(async (rule: string, _options, command: Command) => {
      const options = command.optsWithGlobals<Options & { readonly expect: number }>()
      const answer = await operatorFunctions(options).operate({
        command: 'enable-rule',
        rule,
        expect: options.expect,
      })
      const enabled = readAnswer('enable-rule', answer)
      present(
        options,
        enabled,
        () => `${enabled.rule} opens requests from its next pass on, within the hour.`,
      )
    })
  retention
    .command('disable <rule>')
    .description('Stops a rule at once: it only counts. What it has opened and not begun is withdrawn.')
    .addHelpText('after', '\nExample:\n  $ npm run ops -- retention disable left --local')
    .action(async (rule: string, _options, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      const answer = await operatorFunctions(options).operate({ command: 'disable-rule', rule })
      const disabled = readAnswer('enable-rule', answer)
      present(
        options,
        disabled,
        () =>
          `${disabled.rule} only counts. What has begun to erase goes on: ${opsCommand(options)('list --channel retention')}`,
      )
    })
}

const STANDS = {
  enabled: 'erases',
  changed: 'was changed: only counts',
  reporting: 'only counts',
} as const satisfies Readonly<Record<ListedRule['is'], string>>

function describeRules(rules: readonly ListedRule[]): string {
  if (rules.length === 0) return 'The data map has no retention rules.'
  const rows = rules.map(({ name, holding, after, toldBefore, is, pass }) => [
    name,
    `${holding}, ${after}`,
    is === 'enabled' ? paint('green', STANDS[is]) : STANDS[is],
    pass ? `${pass.day}${pass.isDone ? '' : ' (not done)'}` : 'not yet',
    pass
      ? `${pass.due}${pass.isFull ? ' or more' : ''}${toldBefore === undefined ? '' : `, now or within ${toldBefore}`}`
      : '',
    pass ? `${pass.opened}${pass.isFull ? ' (limit of the day)' : ''}` : '',
  ])
  const unclear = rules.flatMap(({ name, pass }) =>
    Object.entries(pass?.unclear ?? {}).map(
      ([why, items]) => `${name}: ${items} never due, ${WHY[why] ?? why}`,
    ),
  )
  const untold = rules.flatMap(({ name, pass }) =>
    pass?.withoutNotice
      ? [`${name}: ${pass.withoutNotice} due without an address, erased without a notice`]
      : [],
  )
  return [table(['rule', 'of', 'is', 'counted', 'due', 'opened'], rows), ...unclear, ...untold].join('\n')
}

const WHY: Readonly<Record<string, string>> = {
  absent: 'without a date',
  unreadable: 'their date cannot be read',
  too_old: 'dated before 2000',
  future: 'dated in the future',
  names_nobody: 'they name nobody',
}
