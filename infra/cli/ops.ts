/** `npm run ops -- <command>`: the operator's tool. It asks the functions, and needs no key and no access to a table. */
import { Command, CommanderError, type Option } from 'commander'
import { answer } from './commands/answer.ts'
import { check } from './commands/check.ts'
import { approve, extend, refuse, retry, withdraw } from './commands/decide.ts'
import { doctor } from './commands/doctor.ts'
import { email } from './commands/email.ts'
import { exportRequests } from './commands/export.ts'
import { hold, release } from './commands/hold.ts'
import { done, keep } from './commands/holding.ts'
import { importIds } from './commands/import.ts'
import { keys } from './commands/keys.ts'
import { list } from './commands/list.ts'
import { mail } from './commands/mail.ts'
import { open } from './commands/open.ts'
import { pause, resume } from './commands/pause.ts'
import { plan } from './commands/plan.ts'
import { replay } from './commands/replay.ts'
import { retention } from './commands/retention.ts'
import { secrets } from './commands/secrets.ts'
import { show } from './commands/show.ts'
import { sign } from './commands/sign.ts'
import { stats } from './commands/stats.ts'
import { checkReceipt } from './commands/verify-receipt.ts'
import { CliError } from './console/failure.ts'
import { plain } from './console/foreign.ts'
import { flag } from './console/options.ts'
import { assertOneSystem, SYSTEM_OPTIONS, type SystemOptions } from './system/system.ts'

const COMMANDS = [
  sign,
  mail,
  check,
  doctor,
  plan,
  list,
  show,
  stats,
  exportRequests,
  open,
  importIds,
  replay,
  retention,
  approve,
  retry,
  withdraw,
  hold,
  release,
  refuse,
  extend,
  answer,
  keep,
  done,
  pause,
  resume,
  checkReceipt,
  secrets,
  keys,
  email,
]

const JSON_OPTION = flag(
  '--json',
  'for programs: exactly one JSON document on standard output, {"error","message"} on failure',
)

const HELP = `
Without --local a command goes to the deployed stack, with your own AWS credentials: those of the AWS CLI. You need the
policies in the stack's outputs ViewPolicyArn and OperatePolicyArn. If you cannot read the outputs, set OPS_VIEW_URL and
OPS_OPERATE_URL to the values of ViewUrl and OperateUrl. The examples with --local are for trying out.

These options may stand before or after the command. --help after a command shows its own options, with examples.
If a program reads the output, use npm run --silent: otherwise npm prints lines of its own first.

Exit codes: 0 done, 1 refused or findings, 2 wrong usage.

Examples:
  $ npm run ops -- check
  $ npm run ops -- plan --local email=an.tran01@example.com
  $ npm run ops -- show --local 5d41402abc4b
  $ npm run ops -- show 5d41402abc4b --region ap-southeast-1 --profile ops`

// Read before parsing, so that errors of parsing are JSON, too.
const json = process.argv.includes('--json')

process.once('SIGINT', () => process.exit(130))
for (const stream of [process.stdout, process.stderr]) {
  // A reader such as `head` may stop early; any other error, such as a full disk, is a failure.
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
    .description("The operator's tool: looks up requests, previews erasures, and decides on requests.")
    .addHelpText('after', HELP)
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('Add --help for the options and examples.')
    .configureOutput({ writeErr: (text) => json || process.stderr.write(text) })
    .exitOverride()
    .hook('preAction', (_program, command) => assertOneSystem(command.optsWithGlobals<SystemOptions>()))
  for (const { made } of [...Object.values(SYSTEM_OPTIONS), JSON_OPTION]) ops.addOption(made as Option) // no arguments
  for (const define of COMMANDS) define(ops)
  return ops
}

/** Prints the error. @returns the exit code */
function end(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0
    const message = error.code === 'commander.help' ? 'name a command; --help lists them' : error.message
    if (json) tellFailure('usage', message.replace(/^error: /, ''))
    return 2
  }
  if (error instanceof CliError) {
    tellFailure(error.word, error.message)
    return error.exitCode
  }
  tellFailure('unexpected', plain(error instanceof Error ? `${error.name}: ${error.message}` : String(error)))
  return 1
}

function tellFailure(word: string, message: string): void {
  if (json) process.stdout.write(`${JSON.stringify({ error: word, message }, undefined, 2)}\n`)
  else process.stderr.write(`${message}\n`)
}
