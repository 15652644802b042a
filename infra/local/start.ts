/** `npm start`: the whole system on this machine, until Ctrl-C. */
import { Command, InvalidArgumentError, Option } from 'commander'
import { duration } from '../../shared/platform/time.ts'
import { shedUserSettings } from './engines/engines.ts'
import { callbackUrl } from './http/local-routes.ts'
import { loadChecked } from './local-config.ts'
import { sampleFor } from './sample/sample.ts'
import { isLocalSecret } from './state/keys.ts'
import { StartError } from './state/start-error.ts'
import { type System, startSystem } from './system.ts'

interface Options {
  readonly port: number
  readonly dataDir?: string
  readonly empty?: true
  readonly config: string
  readonly bundled?: true
  readonly coolingOff: string
}

const env = { ...process.env }
shedUserSettings(process.env)
process.env['TZ'] = 'UTC'

// An empty variable counts as unset.
if (process.env['PORT'] === '') delete process.env['PORT']

const command = new Command('npm start --')
  .description('Starts the whole system on embedded engines, until Ctrl-C.')
  .addOption(
    new Option('--port <n>', 'port on localhost; 0: any free one').env('PORT').default(3000).argParser(port),
  )
  .option('--data-dir <dir>', 'keep all state in this folder (default: in memory)')
  .option('--empty', 'without the people of the sample company')
  .option('--config <path>', 'another configuration', 'deletion.config.ts')
  .option('--bundled', 'run the bundles that would be deployed instead of the sources')
  .option(
    '--cooling-off <duration>',
    'how long a request by email can be taken back: an ISO 8601 duration such as PT1M',
    coolingOff,
    'none',
  )
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse()

// The program that reads our output may end before us.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

try {
  await run(command.opts<Options>())
} catch (error) {
  console.error(error instanceof StartError || error instanceof TypeError ? error.message : error)
  process.exit(1)
}

async function run(options: Options): Promise<void> {
  const given = await loadChecked(options.config)
  // The configured time would be too long to wait for here.
  const config = {
    ...given,
    ...(given.email && { email: { ...given.email, coolingOff: options.coolingOff } }),
  }
  const sample = options.empty ? undefined : sampleFor(config)
  const log = (line: string) => process.stderr.write(`${line}\n`)
  const starting = startSystem({ ...options, config, configFile: options.config, sample, env, log })
  const isEnding = endOnSignals(starting)
  const system = await starting.catch((error: unknown) => {
    if (isEnding()) process.exit(0)
    throw error
  })
  console.log(addresses(system, options.dataDir))
  console.log(`ready ${system.url}`)
  await system.prewarm()
}

function addresses({ url, endpoints, mail, appSecrets }: System, dataDir: string | undefined): string {
  const local = url.endsWith(':3000') ? '' : `LOCAL_URL=${url} `
  const [app = ''] = Object.keys(appSecrets)
  return [
    `State is kept ${dataDir === undefined ? 'in memory only' : `in ${dataDir}`}.`,
    '',
    `pages         ${url}/`,
    `for programs  ${url}/_local`,
    `DynamoDB      ${endpoints.dynamodb}`,
    ...(mail.mailbox === undefined ? [] : [`sent mail     ${mail.mailbox}`]),
    ...(mail.smtp ? [`SMTP          ${mail.smtp.host}:${mail.smtp.port}, for ${mail.email}`] : []),
    ...Object.entries(appSecrets).flatMap(([name, secrets]) => [
      `app ${name.padEnd(9)} ${callbackUrl(url, name)}`,
      `              secret ${isLocalSecret(name, secrets) ? secrets[0] : 'from META_APP_SECRETS or an earlier change'}`,
    ]),
    '',
    'Ask for a deletion, as Meta would:',
    `  curl ${callbackUrl(url, app)} --data-urlencode \\`,
    `    "signed_request=$(${local}npm run --silent ops -- sign --local --app ${app} --user-id ID)"`,
    `ID: the userId of a person in ${url}/_local`,
    '',
  ].join('\n')
}

/** The first signal ends everything in order; a second Ctrl-C ends the process at once. */
function endOnSignals(starting: Promise<System>): () => boolean {
  let endingSince: number | undefined
  const end = () => {
    if (endingSince !== undefined) return
    endingSince = Date.now()
    const exit = () => process.exit(0)
    // An error of the start no longer matters.
    starting.then((system) => system.close()).then(exit, exit)
  }
  process.on('SIGTERM', end)
  process.on('disconnect', end)
  process.on('SIGINT', () => {
    // npm passes on the signal that the terminal has already sent us: two at once are one Ctrl-C.
    if (endingSince !== undefined && Date.now() - endingSince > 500) process.exit(130)
    end()
  })
  return () => endingSince !== undefined
}

function port(text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value <= 65535) return value
  throw new InvalidArgumentError('a port is a number from 0 to 65535')
}

function coolingOff(text: string): string {
  if (text === 'none') return text
  try {
    duration(text)
    return text
  } catch {
    throw new InvalidArgumentError('give an ISO 8601 duration such as PT1M, or none')
  }
}
