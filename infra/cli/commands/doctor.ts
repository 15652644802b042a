/** `doctor`: checks that everything is alive that the promises need, and what to do where it is not. */
import { configOption } from '../console/options.ts'
import { counted, paint, showProgress } from '../console/output.ts'
import { defineCommand } from '../define-command.ts'
import type { Result } from '../doctor/examine.ts'

export const doctor = defineCommand({
  name: 'doctor',
  says: 'Checks that everything is alive: configuration, tables, secrets, callback, pipe, queue, schedules, alarms, mail. Every finding comes with what to do.',
  options: { config: configOption('the configuration that was deployed') },
  help: `
It reads with your own AWS credentials; docs/operating.md has the permissions that it needs. It changes one thing: it
calls the callback of each app as Meta would, about user 0, who does not exist. That leaves one request for each app,
always the same, and one call that is refused.

With --local it checks what npm start has, and lists the other checks as needing AWS.

Exit codes: 0 all is well, 1 findings or something could not be looked at, 2 wrong usage.

Examples:
  $ npm run ops -- doctor
  $ npm run ops -- doctor --stack Staging --region ap-southeast-1 --profile ops
  $ npm run ops -- doctor --config ../company/deletion.config.ts
  $ npm run ops -- doctor --local
  $ npm run --silent ops -- doctor --json`,
  async run(given, tool) {
    // What talks to AWS is loaded for this only.
    const { CHECKS } = await import('../doctor/checks.ts')
    const { examine } = await import('../doctor/examine.ts')
    const { systemOf } = await import('../doctor/system.ts')
    const results = await examine(CHECKS, systemOf({ ...tool.system, ...given }), showProgress('checks'))
    const isHealthy = results.every(({ is }) => is !== 'findings' && is !== 'unseen')
    tool.print({ healthy: isHealthy, checks: results }, () => describe(results))
    if (!isHealthy) process.exitCode = 1
  },
})

const MARKS = {
  ok: ['green', 'ok'],
  findings: ['red', 'finding'],
  unseen: ['red', 'not seen'],
  'needs AWS': ['dim', 'needs AWS'],
  'not configured': ['dim', 'not configured'],
} as const satisfies Record<Result['is'], readonly [Parameters<typeof paint>[0], string]>

/** Of what stands before the name of a check. */
const WIDTH = 16

export function describe(results: readonly Result[]): string {
  const lines = results.flatMap(({ check, looksAt, is, findings, why }) => [
    `${mark(is)}${check}${is === 'findings' ? '' : `: ${why === undefined ? looksAt : `could not be looked at: ${why}`}`}`,
    ...findings.flatMap(({ place, problem, remedy }) => [
      `${' '.repeat(WIDTH)}${place}`,
      `${' '.repeat(WIDTH + 2)}${problem}`,
      `${' '.repeat(WIDTH + 2)}→ ${remedy}`,
    ]),
  ])
  return [...lines, '', summary(results)].join('\n')
}

function mark(is: Result['is']): string {
  const [colour, text] = MARKS[is]
  return `${paint(colour, text)}${' '.repeat(WIDTH - text.length)}`
}

function summary(results: readonly Result[]): string {
  const count = (is: Result['is']): number => results.filter((result) => result.is === is).length
  const findings = results.flatMap((result) => result.findings).length
  const troubles = [
    findings > 0 ? counted(findings, 'finding') : '',
    count('unseen') > 0 ? `${counted(count('unseen'), 'check')} could not be made` : '',
  ].filter((text) => text !== '')
  const well = counted(count('ok'), 'check')
  const told =
    troubles.length === 0 ? `${well}, no finding.` : `${troubles.join('; ')}; ${well} without a finding.`
  const ofAws = count('needs AWS')
  return ofAws === 0 ? told : `${told} ${counted(ofAws, 'check needs', 'checks need')} AWS.`
}
