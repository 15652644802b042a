/** Runs the checks on a system: each has findings, or the reason why it could not run. */
import type { Finding } from '../../../shared/config/findings.ts'
import { awsFailure } from '../console/aws.ts'
import { CliError } from '../console/failure.ts'
import { plain, plainDeep } from '../console/foreign.ts'
import type { Progress } from '../console/output.ts'
import type { Check, System } from './system.ts'

export interface Result {
  readonly check: string
  readonly looksAt: string
  readonly is: 'ok' | 'findings' | 'unseen' | 'needs AWS' | 'not configured'
  readonly findings: readonly Finding[]
  /** Why the check could not run. */
  readonly why?: string
}

/** Runs all at once: no check waits for another, or fails with it. */
export async function examine(
  checks: readonly Check[],
  system: System,
  progress: Progress,
): Promise<readonly Result[]> {
  let done = 0
  try {
    return await Promise.all(
      checks.map(async (check) => {
        const result = await look(check, system)
        done += 1
        progress.at(done, checks.length)
        return { check: check.name, looksAt: check.looksAt, ...result }
      }),
    )
  } finally {
    progress.end()
  }
}

async function look(check: Check, system: System): Promise<Omit<Result, 'check' | 'looksAt'>> {
  if (system.options.local && !check.isLocal) return { is: 'needs AWS', findings: [] }
  try {
    if (check.needs !== undefined && !(await isConfigured(check.needs, system)))
      return { is: 'not configured', findings: [] }
    const found = await within(check.withinSeconds ?? 60, check.run(system))
    const findings = [found].flat().flatMap((finding) => (finding ? (plainDeep(finding) as Finding) : []))
    return { is: findings.length === 0 ? 'ok' : 'findings', findings }
  } catch (error) {
    if (isGone(error)) return { is: 'findings', findings: [gone(check)] }
    return { is: 'unseen', findings: [], why: plain(whyNot(error, check, system)) }
  }
}

const isConfigured = async (part: 'email' | 'receiving', { config }: System): Promise<boolean> => {
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

/** The stack names it, but the service does not have it. */
const isGone = (error: unknown): boolean =>
  error instanceof Error &&
  /^(NotFoundException|NotFound|ResourceNotFoundException|QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue)$/.test(
    error.name,
  )

const gone = ({ name }: Check): Finding => ({
  place: name,
  problem: 'a resource of the stack is not there any more: it was deleted by hand',
  remedy: 'CloudFormation does not notice. Deploy without it, then with it',
})

function whyNot(error: unknown, { permissions = [] }: Check, { options }: System): string {
  const cause = error instanceof CliError && error.cause instanceof Error ? error.cause : error
  if (cause instanceof Error && /^AccessDenied|^AuthorizationError|^UnauthorizedException/.test(cause.name)) {
    const [, named] = /not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)/.exec(cause.message) ?? []
    return `your role lacks a permission: ${named ?? permissions.join(', ')}`
  }
  const known = awsFailure(error, options.local ? 'npm start' : 'AWS')
  if (known instanceof CliError) return known.message
  // The name, not the message: a message of AWS may name the caller.
  return error instanceof Error ? error.name : 'it failed'
}
