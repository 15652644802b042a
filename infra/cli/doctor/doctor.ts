/** `doctor`: is everything alive that the promises need? Looks, and says what to do. */

import { Resolver } from 'node:dns/promises'
import type { Command } from 'commander'
import type { DeletionConfig } from '../../../shared/config/define.ts'
import type { Finding } from '../../../shared/config/findings.ts'
import { awsFailure } from '../console/aws-failure.ts'
import { loadFile } from '../console/config-file.ts'
import { CliError } from '../console/failure.ts'
import { isFields } from '../console/json.ts'
import { counted, type OutputOptions, paint, present } from '../console/output.ts'
import { plain } from '../console/plain-text.ts'
import { showProgress } from '../console/progress.ts'
import { describeLocal } from '../system/local-system.ts'
import { operatorFunctions } from '../system/operator-functions.ts'
import type { SystemOptions } from '../system/system.ts'
import type { Check, Patient, Place } from './check.ts'

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'Looks whether everything is alive: configuration, tables, secrets, callback, pipe, queue, schedules, alarms, mail. Every finding comes with what to do.',
    )
    .option('--config <path>', 'the configuration that was deployed', 'deletion.config.ts')
    .addHelpText(
      'after',
      `
It reads with your own AWS credentials; docs/operating.md has the permissions that it needs. It changes one thing: it
calls the callback of each app as Meta would, about user 0, who is nobody. That leaves one request for each app, always
the same, and one call that is refused.

With --local it looks at what npm start has, and says of the rest that it needs AWS.

Exit codes: 0 all is well, 1 findings or something could not be looked at, 2 wrong usage.

Examples:
  $ npm run ops -- doctor
  $ npm run ops -- doctor --stack Staging --region ap-southeast-1 --profile ops
  $ npm run ops -- doctor --config ../company/deletion.config.ts
  $ npm run ops -- doctor --local
  $ npm run --silent ops -- doctor --json`,
    )
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<DoctorOptions>()
      // What talks to AWS is loaded for this only.
      const { CHECKS } = await import('./checks.ts')
      const results = await examine(CHECKS, await patientOf(options), showProgress('checks'))
      const isHealthy = results.every(({ is }) => is !== 'findings' && is !== 'unseen')
      present(options, { healthy: isHealthy, checks: results }, () => describe(results))
      if (!isHealthy) process.exitCode = 1
    })
}

export interface DoctorOptions extends OutputOptions, SystemOptions {
  readonly config: string
}

export interface Result {
  readonly check: string
  readonly looksAt: string
  readonly is: 'ok' | 'findings' | 'unseen' | 'needs AWS' | 'not configured'
  readonly findings: readonly Finding[]
  /** Why it could not be looked at. */
  readonly why?: string
}

/** All at once: none waits for another, and none stops another. */
export async function examine(
  checks: readonly Check[],
  patient: Patient,
  progress: Pick<ReturnType<typeof showProgress>, 'at' | 'end'>,
): Promise<readonly Result[]> {
  let done = 0
  try {
    return await Promise.all(
      checks.map(async (check) => {
        const result = await look(check, patient)
        done += 1
        progress.at(done, checks.length)
        return { check: check.name, looksAt: check.looksAt, ...result }
      }),
    )
  } finally {
    progress.end()
  }
}

async function look(check: Check, patient: Patient): Promise<Pick<Result, 'is' | 'findings' | 'why'>> {
  if (patient.options.local && !check.isLocal) return { is: 'needs AWS', findings: [] }
  try {
    if (check.needs !== undefined && !(await isConfigured(check.needs, patient)))
      return { is: 'not configured', findings: [] }
    const findings = (await within(check.withinSeconds ?? 60, check.run(patient))).map(
      ({ place, problem, remedy }) => ({
        place: plain(place),
        problem: plain(problem),
        remedy: plain(remedy),
      }),
    )
    return { is: findings.length === 0 ? 'ok' : 'findings', findings }
  } catch (error) {
    if (isGone(error)) return { is: 'findings', findings: [gone(check)] }
    return { is: 'unseen', findings: [], why: plain(whyNot(error, check, patient)) }
  }
}

const isConfigured = async (part: 'email' | 'receiving', { config }: Patient): Promise<boolean> => {
  const { email } = await config()
  return part === 'email' ? email !== undefined : email?.receiving !== undefined
}

async function within<T>(seconds: number, running: Promise<T>): Promise<T> {
  const timer = Promise.withResolvers<never>()
  const timeout = setTimeout(
    () => timer.reject(new CliError('timeout', `it took more than ${seconds} s: try again`)),
    seconds * 1000,
  )
  try {
    return await Promise.race([running, timer.promise])
  } finally {
    clearTimeout(timeout)
  }
}

/** What the stack has, and the service does not. */
const isGone = (error: unknown): boolean =>
  error instanceof Error &&
  /^(NotFoundException|NotFound|ResourceNotFoundException|QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue)$/.test(
    error.name,
  )

const gone = ({ name }: Check): Finding => ({
  place: name,
  problem: 'the stack names something that is not there any more: it was deleted by hand',
  remedy: 'CloudFormation does not see that. Deploy without it, then with it',
})

function whyNot(error: unknown, { permissions }: Check, { options }: Patient): string {
  const cause = error instanceof CliError && error.cause instanceof Error ? error.cause : error
  if (cause instanceof Error && /^AccessDenied|^AuthorizationError|^UnauthorizedException/.test(cause.name)) {
    const [, named] = /not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)/.exec(cause.message) ?? []
    return `you may not: your role needs ${named ?? permissions.join(', ')}`
  }
  const known = awsFailure(error, options.local ? 'npm start' : 'AWS')
  if (known instanceof CliError) return known.message
  // Its name, not its message: what AWS says may name the caller.
  return error instanceof Error ? error.name : 'it failed'
}

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

export async function patientOf(
  options: DoctorOptions,
  outside: Partial<Pick<Patient, 'fetch' | 'resolveMx' | 'now'>> = {},
): Promise<Patient> {
  const [{ checkConfig }, deployed, { readAppSecrets }, { localDeadLetters }] = await Promise.all([
    import('../../../shared/config/validate.ts'),
    import('./stack.ts'),
    import('./secrets.ts'),
    import('./doorbell.ts'),
  ])
  const checked = once(async () => checkConfig(await loadFile(options.config)))
  const stack = once(() => deployed.readStack(options))
  const placeOfStack = async (): Promise<Place> => {
    const told = await stack()
    return {
      callbackOf: (app) =>
        told
          .outputs('CallbackUrl')
          .find((value) => value.startsWith('https:') && value.endsWith(`/meta/${app}/data-deletion`)),
      secrets: {
        index: deployed.oneOf(told, 'index'),
        seal: deployed.oneOf(told, 'seal'),
        token: deployed.oneOf(told, 'token'),
        receipt: deployed.oneOf(told, 'receipt'),
        apps: deployed.oneOf(told, 'apps'),
      },
      deadLetters: async () =>
        deployed.allOf(told, 'deadLetters').map(({ logicalId, physicalId }) => ({
          name: logicalId.replace(/[0-9A-F]{8}$/, ''),
          url: physicalId,
        })),
    }
  }
  const placeOfLocal = async (): Promise<Place> => {
    const told = readLocal(await describeLocal())
    return {
      callbackOf: (app) => told.callbacks.get(app),
      secrets: told.secrets,
      secretsEndpoint: told.secretsEndpoint,
      deadLetters: () => localDeadLetters(told.queuesEndpoint),
      queuesEndpoint: told.queuesEndpoint,
    }
  }
  const place = once(options.local ? placeOfLocal : placeOfStack)
  return {
    options,
    configFindings: async () => (await checked()).findings,
    config: async (): Promise<DeletionConfig> => {
      const { config } = await checked()
      if (config) return config
      throw new CliError('invalid', 'the configuration has mistakes: mend them first')
    },
    view: operatorFunctions(options).view,
    place,
    stack,
    appSecrets: once(() => readAppSecrets({ options, place })),
    now: () => new Date(),
    fetch,
    resolveMx: (domain) => new Resolver({ timeout: 5000, tries: 2 }).resolveMx(domain),
    ...outside,
  }
}

function readLocal(value: unknown) {
  const { apps, sqs, secrets } = isFields(value) ? value : {}
  const { url, ids } = isFields(secrets) ? secrets : {}
  const text = (of: unknown): string => {
    if (typeof of === 'string') return of
    throw new CliError('unexpected_answer', 'npm start is of another version than this tool')
  }
  const idOf = (name: string): string => text(isFields(ids) ? ids[name] : undefined)
  return {
    callbacks: new Map(
      Object.entries(isFields(apps) ? apps : {}).map(([app, one]) => [
        app,
        text(isFields(one) ? one['callback'] : undefined),
      ]),
    ),
    queuesEndpoint: text(sqs),
    secretsEndpoint: text(url),
    secrets: {
      index: idOf('index'),
      seal: idOf('seal'),
      token: idOf('token'),
      receipt: idOf('receipt'),
      apps: idOf('meta'),
    },
  }
}

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
  const parts = [
    ...(findings > 0 ? [counted(findings, 'finding')] : []),
    ...(count('unseen') > 0 ? [`${counted(count('unseen'), 'check')} could not be made`] : []),
  ]
  const told =
    parts.length === 0
      ? `${counted(count('ok'), 'check')}, no finding.`
      : `${parts.join('; ')}; ${counted(count('ok'), 'check')} without a finding.`
  return count('needs AWS') === 0
    ? told
    : `${told} ${counted(count('needs AWS'), 'check needs', 'checks need')} AWS.`
}
