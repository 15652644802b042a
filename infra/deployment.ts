/** The settings of one deployment, given as CDK context: `npx cdk deploy -c domainName=…`. */
import { ConfigProblem, insteadOf } from '../shared/config/findings.ts'
import type { CustomDomain } from './constructs/props.ts'

export interface Deployment {
  readonly stackName: string
  readonly configPath: string
  /** @default the region of the caller's AWS configuration */
  readonly region: string | undefined
  readonly domain: CustomDomain | undefined
  readonly alarmEmail: string | undefined
}

export const DEFAULT_STACK_NAME = 'DataDeletion'
export const STACK_NAME = /^[A-Za-z][A-Za-z0-9-]{0,127}$/

/** Context of the CDK's command line itself, beside its prefixed names such as `aws:cdk:version-reporting`. */
const OF_THE_CLI = ['cli-telemetry', 'acknowledged-issue-numbers']
const NAMES = ['stackName', 'config', 'region', 'domainName', 'certificateArn', 'alarmEmail'] as const

/**
 * @param context All of it, because an unknown name is probably a misspelt one.
 * @throws {@link ConfigProblem} that names every mistake.
 */
export function readDeployment(context: Readonly<Record<string, unknown>>): Deployment {
  const problems = Object.keys(context)
    .filter((name) => !(NAMES as readonly string[]).includes(name) && !isOfTheCdk(name))
    .map(
      (name) =>
        `the context "${name}" (of -c, cdk.json, cdk.context.json or ~/.cdk.json) means nothing here: ${insteadOf(name, NAMES)}`,
    )
  const read = (name: (typeof NAMES)[number], isRight: RegExp, remedy: string): string | undefined => {
    const value = context[name]
    if (value === undefined) return undefined
    if (typeof value === 'string' && isRight.test(value)) return value
    problems.push(`-c ${name}=${typeof value === 'string' ? value : JSON.stringify(value)} is not ${remedy}`)
    return undefined
  }
  const stackName = read('stackName', STACK_NAME, 'the name of a stack: letters, digits and -')
  const region = read('region', /^[a-z]{2}(-[a-z]+)+-\d$/, 'a region, such as ap-southeast-1')
  const name = read(
    'domainName',
    /^([a-z0-9-]+\.)+[a-z]{2,}$/,
    'a domain name in lower case, such as delete.example.com',
  )
  const certificateArn = read(
    'certificateArn',
    /^arn:[a-z-]+:acm:[a-z0-9-]+:\d{12}:certificate\/.+$/,
    'the ARN of a certificate, such as arn:aws:acm:ap-southeast-1:111122223333:certificate/…',
  )
  const alarmEmail = read('alarmEmail', /^[^\s@]+@[^\s@]+\.[^\s@.]+$/, 'an email address')
  const configPath = read('config', /./, 'the path of a deletion.config.ts')
  if (problems.length === 0 && (name === undefined) !== (certificateArn === undefined)) {
    problems.push('-c domainName=… and -c certificateArn=… go together: give both or neither')
  }
  if (problems.length > 0) throw new ConfigProblem(problems.join('\n'))
  return {
    stackName: stackName ?? DEFAULT_STACK_NAME,
    configPath: configPath ?? 'deletion.config.ts',
    region,
    domain: name !== undefined && certificateArn !== undefined ? { name, certificateArn } : undefined,
    alarmEmail,
  }
}

/** A feature flag, a looked-up value such as `availability-zones:…`, or a setting of the command line. */
const isOfTheCdk = (name: string): boolean => /^@|[:/]/.test(name) || OF_THE_CLI.includes(name)
