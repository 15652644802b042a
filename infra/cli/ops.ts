/** `npm run ops -- <command>`: the operator's tool. It has no key and no access to a table: the functions answer. */

import { Command, CommanderError } from 'commander'
import { DEFAULT_STACK_NAME, STACK_NAME } from '../deployment.ts'
import { addAnswer } from './commands/answer.ts'
import { addCheck } from './commands/check.ts'
import { addDecisions } from './commands/decide.ts'
import { addDone } from './commands/done.ts'
import { addEmail } from './commands/email.ts'
import { addExport } from './commands/export.ts'
import { addHold, addRelease } from './commands/hold.ts'
import { addImport } from './commands/import.ts'
import { addKeep } from './commands/keep.ts'
import { addKeys } from './commands/keys.ts'
import { addList } from './commands/list.ts'
import { addMail } from './commands/mail.ts'
import { addOpen } from './commands/open.ts'
import { addPause, addResume } from './commands/pause.ts'
import { addPlan } from './commands/plan.ts'
import { addVerdicts } from './commands/refuse.ts'
import { addReplay } from './commands/replay.ts'
import { addRetention } from './commands/retention.ts'
import { addSecrets } from './commands/secrets.ts'
import { addShow } from './commands/show.ts'
import { addSign } from './commands/sign.ts'
import { addStats } from './commands/stats.ts'
import { addVerifyReceipt } from './commands/verify-receipt.ts'
import { CliError, wrongUsage } from './console/failure.ts'
import { addDoctor } from './doctor/doctor.ts'
import type { SystemOptions } from './system/system.ts'

// Known before parsing: what cannot be parsed is answered in JSON too.
const json = process.argv.includes('--json')

process.once('SIGINT', () => process.exit(130))
for (const stream of [process.stdout, process.stderr]) {
  // A reader that has seen enough, such as `head`, is no failure of ours; a full disk is.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exit(1)
  })
}

try {
  await program().parseAsync()
} catch (error) {
  process.exitCode = end(error)
}

function program(): Command {
  const ops = new Command('npm run ops --')
    .description(
      "The operator's tool: looks up requests, shows what an erasure would do, lets requests go on.",
    )
    .option(
      '--local',
      'talk to a running npm start, at LOCAL_URL (default http://localhost:3000), instead of AWS',
    )
    .option(
      '--as <name>',
      'with --local: the principal that the history names (default: local)',
      named(
        /^[A-Za-z0-9._@+=,-]{1,64}$/,
        '--as takes the name of an IAM user: letters, digits and . _ @ + = , -',
      ),
    )
    .option(
      '--stack <name>',
      `without --local: the deployed stack (default: ${DEFAULT_STACK_NAME})`,
      named(STACK_NAME, '--stack takes the name of a stack: letters, digits and -'),
    )
    .option(
      '--region <region>',
      'without --local: where the stack or the tables are (default: as your AWS configuration says)',
      named(/^[a-z]{2}(-[a-z]+)+-\d$/, '--region takes the name of an AWS region, such as ap-southeast-1'),
    )
    .option('--profile <name>', 'without --local: a profile of your AWS configuration')
    .option(
      '--json',
      'for programs: exactly one JSON document on standard output, {"error","message"} if refused',
    )
    .addHelpText(
      'after',
      `
Without --local a command goes to the deployed stack, with your own AWS credentials: those of the AWS CLI. The stack's
outputs ViewPolicyArn and OperatePolicyArn name the policies that let you in. Who may not read the outputs sets
OPS_VIEW_URL and OPS_OPERATE_URL, to the outputs ViewUrl and OperateUrl. The examples with --local are for trying.

These options may stand before or after the command. --help after a command shows its own, with examples.
A program that reads the output calls npm run --silent, or npm's own lines come first.

Exit codes: 0 done, 1 refused or findings, 2 wrong usage.

Examples:
  $ npm run ops -- check
  $ npm run ops -- plan --local email=an.tran01@example.com
  $ npm run ops -- show --local 5d41402abc4b
  $ npm run ops -- show 5d41402abc4b --region ap-southeast-1 --profile ops`,
    )
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('Add --help for the options and examples.')
    .configureOutput({ writeErr: (text) => json || process.stderr.write(text) })
    .exitOverride()
    .hook('preAction', (_program, command) => refuseMisuse(command.optsWithGlobals<SystemOptions>()))
  for (const add of [
    addSign,
    addMail,
    addCheck,
    addDoctor,
    addPlan,
    addList,
    addShow,
    addStats,
    addExport,
    addOpen,
    addImport,
    addReplay,
    addRetention,
    addDecisions,
    addHold,
    addRelease,
    addVerdicts,
    addAnswer,
    addKeep,
    addDone,
    addPause,
    addResume,
    addVerifyReceipt,
    addSecrets,
    addKeys,
    addEmail,
  ])
    add(ops)
  return ops
}

/** Says why it ended, and answers with the exit code. */
function end(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0
    const message = error.code === 'commander.help' ? 'name a command; --help lists them' : error.message
    if (json) refuse('usage', message.replace(/^error: /, ''))
    return 2
  }
  const failure =
    error instanceof CliError ? error : new CliError('unexpected', describe(error), { cause: error })
  refuse(failure.word, failure.message)
  return failure.exitCode
}

function refuse(word: string, message: string): void {
  if (json) process.stdout.write(`${JSON.stringify({ error: word, message }, undefined, 2)}\n`)
  else process.stderr.write(`${message}\n`)
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}

function named(isRight: RegExp, remedy: string): (text: string) => string {
  return (text) => {
    if (isRight.test(text)) return text
    throw wrongUsage(remedy)
  }
}

function refuseMisuse({ local, as, stack, region, profile }: SystemOptions): void {
  if (local && [stack, region, profile].some((one) => one !== undefined)) {
    throw wrongUsage('--local talks to npm start: leave --stack, --region and --profile out')
  }
  if (!local && as !== undefined) {
    throw wrongUsage('--as goes with --local: on AWS the history names whoever the credentials are of')
  }
}
