/** `doctor`: checks everything that the system depends on. */
import { configOption } from '../console/options.ts'
import { type Colour, counted, paint, showProgress } from '../console/output.ts'
import { defineCommand } from '../define-command.ts'
import type { Result } from '../doctor/examine.ts'

export const doctor = defineCommand({
  name: 'doctor',
  says: 'Checks the deployed system: configuration, tables, secrets, callback, pipe, queue, schedules, alarms, mail. Every finding comes with a remedy.',
  options: { config: configOption('the configuration that was deployed') },
  help: `
It reads with your own AWS credentials; docs/operating.md lists the permissions that it needs. It changes one thing: it
calls the callback of each app as Meta would, about user 0, who does not exist. That leaves one request for each app,
always the same, and one refused call.

With --local it checks npm start, and lists the other checks as needing AWS.

Exit codes: 0 no findings, 1 findings or a check that could not run, 2 wrong usage.

Examples:
  $ npm run ops -- doctor
  $ npm run ops -- doctor --stack Staging --region ap-southeast-1 --profile ops
  $ npm run ops -- doctor --config ../company/deletion.config.ts
  $ npm run ops -- doctor --local
  $ npm run --silent ops -- doctor --json`,
  async run(given, tool) {
    // Loaded here, because few other commands need the SDK.
    const { CHECKS } = await import('../doctor/checks.ts')
    const { examine } = await import('../doctor/examine.ts')
    const { systemOf } = await import('../doctor/system.ts')
    const results = await examine(CHECKS, systemOf({ ...tool.system, ...given }), showProgress('checks'))
    const isHealthy = results.every(({ is }) => is !== 'findings' && is !== 'unseen')
    tool.print({ healthy: isHealthy, checks: results }, () => describe(results))
    if (!isHealthy) process.exitCode = 1
  },
})

const COLOURS: Readonly<Record<Result['is'], Colour>> = {
  ok: 'green',
  findings: 'red',
  unseen: 'red',
  'needs AWS': 'dim',
  'not configured': 'dim',
}

const LABELS: Readonly<Partial<Record<Result['is'], string>>> = { findings: 'finding', unseen: 'not checked' }

/** The width of the label before the name of a check. */
const WIDTH = 16

export function describe(results: readonly Result[]): string {
  const lines = results.flatMap(({ check, looksAt, is, findings, why }) => {
    const about = why === undefined ? looksAt : `could not be checked: ${why}`
    return [
      `${labelOf(is)}${check}${is === 'findings' ? '' : `: ${about}`}`,
      ...findings.flatMap(({ place, problem, remedy }) => [
        `${' '.repeat(WIDTH)}${place}`,
        `${' '.repeat(WIDTH + 2)}${problem}`,
        `${' '.repeat(WIDTH + 2)}→ ${remedy}`,
      ]),
    ]
  })
  return [...lines, '', summary(results)].join('\n')
}

function labelOf(is: Result['is']): string {
  const text = LABELS[is] ?? is
  return `${paint(COLOURS[is], text)}${' '.repeat(WIDTH - text.length)}`
}

function summary(results: readonly Result[]): string {
  const count = (is: Result['is']): number => results.filter((result) => result.is === is).length
  const findings = results.flatMap((result) => result.findings).length
  const healthy = counted(count('ok'), 'check')
  const parts = [
    ...(findings > 0 ? [counted(findings, 'finding')] : []),
    ...(count('unseen') > 0 ? [`${counted(count('unseen'), 'check')} could not be made`] : []),
  ]
  const text =
    parts.length === 0 ? `${healthy}, no finding.` : `${parts.join('; ')}; ${healthy} without a finding.`
  const ofAws = count('needs AWS')
  return ofAws === 0 ? text : `${text} ${counted(ofAws, 'check needs', 'checks need')} AWS.`
}
