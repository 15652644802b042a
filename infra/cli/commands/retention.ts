/** `retention`: lists the retention rules with the items that are due, and switches them. */
import type { AnswerOnWire } from '../../../shared/operator/answers.ts'
import type { ListedRule } from '../../../shared/retention/rule-switch.ts'
import { argument, option, wholeNumber } from '../console/options.ts'
import { paint, table } from '../console/output.ts'
import { defineCommand } from '../define-command.ts'

const enable = defineCommand({
  name: 'enable',
  says: 'Enables a rule: it opens requests from its next pass on, within the hour.',
  options: {
    rule: argument('<rule>'),
    expect: option('--expect <n>', 'the number of due items in the list', {
      read: wholeNumber('--expect'),
      isRequired: true,
    }),
  },
  help: '\nExample:\n  $ npm run ops -- retention enable left --expect 12 --local',
  async run(given, { ask, print }) {
    const enabled = await ask('enable-rule', given)
    print(enabled, () => `${enabled.rule} opens requests from its next pass on, within the hour.`)
  },
})

const disable = defineCommand({
  name: 'disable',
  says: 'Disables a rule at once: it only counts. Its requests that have not begun are withdrawn.',
  options: { rule: argument('<rule>') },
  help: '\nExample:\n  $ npm run ops -- retention disable left --local',
  async run(given, { ask, ops, print }) {
    const disabled = await ask('disable-rule', given)
    const follow = ops('list --channel retention')
    print(disabled, () => `${disabled.rule} only counts. Requests that have begun go on: ${follow}`)
  },
})

export const retention = defineCommand({
  name: 'retention',
  says: 'Lists the retention rules of the data map: which of them erase, and how many items are due. Shows no personal data.',
  help: `
A new or changed rule only counts, until it is enabled with the number that it counts. An enabled rule opens requests, up to
its limit a day. If a rule tells people in advance, items that fall due within that time count as due; items without an
address are due on their day. Dates that are absent, unreadable, in the future or before 2000 are never due.

Examples:
  $ npm run ops -- retention --local
  $ npm run ops -- retention enable left --expect 12 --local
  $ npm run ops -- retention disable left --local`,
  commands: [enable, disable],
  async run(_given, { ask, print }) {
    const { rules } = await ask('retention', {})
    print({ rules }, () => describeRules(rules))
  },
})

const STANDS = {
  enabled: 'erases',
  changed: 'was changed: only counts',
  reporting: 'only counts',
} as const satisfies Readonly<Record<ListedRule['is'], string>>

function describeRules(rules: AnswerOnWire<'retention'>['rules']): string {
  if (rules.length === 0) return 'The data map has no retention rules.'
  const rows = rules.map(({ name, holding, after, toldBefore, is, pass }) => {
    const rule = [name, `${holding}, ${after}`, is === 'enabled' ? paint('green', STANDS[is]) : STANDS[is]]
    if (!pass) return [...rule, 'not yet', '', '']
    const within = toldBefore === undefined ? '' : `, now or within ${toldBefore}`
    return [
      ...rule,
      `${pass.day}${pass.isDone ? '' : ' (not done)'}`,
      `${pass.due}${pass.isFull ? ' or more' : ''}${within}`,
      `${pass.opened}${pass.isFull ? ' (limit of the day)' : ''}`,
    ]
  })
  const notes = rules.flatMap(({ name, pass }) => [
    ...Object.entries(pass?.unclear ?? {}).map(([why, n]) => `${name}: ${n} never due, ${WHY[why] ?? why}`),
    ...(pass?.withoutNotice ? [`${name}: ${pass.withoutNotice} due, without an address for a notice`] : []),
  ])
  return [table(['rule', 'of', 'is', 'counted', 'due', 'opened'], rows), ...notes].join('\n')
}

const WHY: Readonly<Record<string, string>> = {
  absent: 'without a date',
  unreadable: 'with an unreadable date',
  too_old: 'dated before 2000',
  future: 'dated in the future',
  names_nobody: 'without a person',
}
