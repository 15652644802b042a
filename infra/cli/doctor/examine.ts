/** Makes the checks of a system, and says of each what it found or why it could not look. */
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
  /** Why it could not be looked at. */
  readonly why?: string
}

/** All at once: none waits for another, and none stops another. */
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

async function look(check: Check, system: System): Promise<Pick<Result, 'is' | 'findings' | 'why'>> {
  if (system.options.local && !check.isLocal) return { is: 'needs AWS', findings: [] }
  try {
    if (check.needs !== undefined && !(await isConfigured(check.needs, system)))
      return { is: 'not configured', findings: [] }
    const found = [await within(check.withinSeconds ?? 60, check.run(system))].flat()
    const findings = found.flatMap((finding) => (finding ? (plainDeep(finding) as Finding) : []))
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

function whyNot(error: unknown, { permissions }: Check, { options }: System): string {
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
