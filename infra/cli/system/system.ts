/** The system that a command is for: a running `npm start`, or the deployed stack. */
import type { OperatorFunction } from '../../../shared/operator/protocol.ts'
import { DEFAULT_STACK_NAME, STACK_NAME } from '../../deployment.ts'
import { wrongUsage } from '../console/failure.ts'
import { flag, matching, option, type Values } from '../console/options.ts'

/** They may stand before or after the command. */
export const SYSTEM_OPTIONS = {
  local: flag(
    '--local',
    'for a running npm start, at LOCAL_URL (default http://localhost:3000), instead of AWS',
  ),
  as: option('--as <name>', 'with --local: the name of the operator in the history (default: local)', {
    read: matching(
      /^[A-Za-z0-9._@+=,-]{1,64}$/,
      '--as takes the name of an IAM user: letters, digits and . _ @ + = , -',
    ),
  }),
  stack: option('--stack <name>', `without --local: the deployed stack (default: ${DEFAULT_STACK_NAME})`, {
    read: matching(STACK_NAME, '--stack takes the name of a stack: letters, digits and -'),
  }),
  region: option(
    '--region <region>',
    'without --local: the region of the stack or the tables (default: that of your AWS configuration)',
    {
      read: matching(
        /^[a-z]{2}(-[a-z]+)+-\d$/,
        '--region takes the name of an AWS region, such as ap-southeast-1',
      ),
    },
  ),
  profile: option('--profile <name>', 'without --local: a profile of your AWS configuration'),
}

/** Sends a command to one of its functions. */
export type Send = (to: OperatorFunction, command: object) => Promise<unknown>

export type SystemOptions = Values<typeof SYSTEM_OPTIONS>

/** @throws {@link CliError} wrong usage, for options that contradict each other. */
export function assertOneSystem({ local, as, stack, region, profile }: SystemOptions): void {
  if (local && [stack, region, profile].some((one) => one !== undefined)) {
    throw wrongUsage('--local is for npm start: leave out --stack, --region and --profile')
  }
  if (!local && as !== undefined) {
    throw wrongUsage('--as goes with --local: on AWS the history has the principal of your credentials')
  }
}

/** The command line for the same system: turns `show 5d41402abc4b` into `npm run ops -- show 5d41402abc4b --local`. */
export type OpsCommand = (command: string) => string

export function opsCommand({ local, stack, region, profile }: SystemOptions): OpsCommand {
  const flags = [
    ...(local ? ['--local'] : []),
    ...Object.entries({ stack, region, profile }).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name} ${quoted(value)}`],
    ),
  ]
  return (command) => ['npm run ops --', command, ...flags].join(' ')
}

/** As an argument for a shell. */
const quoted = (value: string): string =>
  /^[\w.@%+=:,/-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
