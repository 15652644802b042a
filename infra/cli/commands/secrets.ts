/** `secrets`: the secrets of the Meta apps, with the caller's own credentials. No secret is printed. */
import { createInterface } from 'node:readline/promises'
import { type Readable, Writable } from 'node:stream'
import { looksLikeAppSecret, mayBeAppSecret } from '../../../shared/meta/app-secrets.ts'
import { checkFile } from '../console/config-file.ts'
import { CliError, wrongUsage } from '../console/failure.ts'
import { argument, configOption, flag, option, wholeNumber } from '../console/options.ts'
import { counted, paint, table } from '../console/output.ts'
import { defineCommand } from '../define-command.ts'
import { describeLocal } from '../system/local-system.ts'
import type { SystemOptions } from '../system/system.ts'
import { type Vault, withVault } from '../system/vault.ts'

const CONFIG = configOption('without --local: the configuration that names the apps')

const setApp = defineCommand({
  name: 'set-app',
  says: 'Sets the newest secret of a Meta app, read from standard input. Keeps the one before it.',
  options: {
    app: argument('<app>', "the app's name in deletion.config.ts"),
    keep: option('--keep <n>', 'how many secrets of the app to keep, with the new one', {
      read: wholeNumber('--keep', 1),
      standard: 2,
    }),
    anyForm: flag('--any-form', 'accept a secret that is not 32 digits of 0-9 and a-f'),
    config: CONFIG,
  },
  help: `
On a terminal it asks, and does not show what you type; otherwise it reads one line. The secret is in Meta's App Dashboard
under App settings, Basic. After a reset there, the older secret still verifies what Meta signed before: remove it with
--keep 1 only if it has leaked.

Running functions read the secrets again within five minutes; after a wrong signature at once, but at most once a minute.
Needs secretsmanager:GetSecretValue, PutSecretValue and UpdateSecretVersionStage on the secret in the output AppSecretsId,
and cloudformation:DescribeStacks.

Examples:
  $ npm run ops -- secrets set-app shop
  $ npm run ops -- secrets set-app shop --region ap-southeast-1 < secret.txt
  $ npm run ops -- secrets set-app shop --local`,
  async run({ app, keep, anyForm = false, config }, { system, print }) {
    const names = await appNames(system, config)
    if (!names.includes(app)) {
      throw wrongUsage(`there is no app "${app}"; the configuration has ${names.join(', ')}`)
    }
    const secret = await readSecretInput(process.stdin, `The app secret of ${app} (not shown): `)
    const done = await withVault(system, (vault) => setAppSecret(vault, { app, secret, keep, anyForm }))
    print(done, () => describe(done))
  },
})

export const secrets = defineCommand({
  name: 'secrets',
  says: 'Counts the secrets of each Meta app, with your own credentials. Prints no secret.',
  options: { config: CONFIG },
  help: `
Needs secretsmanager:GetSecretValue on the secret in the output AppSecretsId, and cloudformation:DescribeStacks.

Examples:
  $ npm run ops -- secrets
  $ npm run ops -- secrets --local
  $ npm run ops -- secrets set-app shop`,
  commands: [setApp],
  async run({ config }, { system, print }) {
    const names = await appNames(system, config)
    const counts = await withVault(system, (vault) => countSecrets(vault, names))
    print(counts, () => describeCounts(counts))
    if (counts.apps.some((one) => one.secrets === 0)) process.exitCode = 1
  },
})

function describeCounts({ apps, unknown, changedAt }: Awaited<ReturnType<typeof countSecrets>>): string {
  const without = apps.filter((one) => one.secrets === 0)
  return [
    table(
      ['app', 'secrets'],
      apps.map((one) => [one.app, one.secrets]),
    ),
    ...without.map(({ app }) => paint('red', `${app} has none: all of Meta's calls for it fail.`)),
    ...(unknown.length > 0 ? [`Not in the configuration: ${unknown.join(', ')}`] : []),
    `Last changed at ${changedAt}.`,
  ].join('\n')
}

async function countSecrets(vault: Vault, names: readonly string[]) {
  const { fields, changedAt } = await vault.read('meta')
  return {
    apps: names.map((app) => ({ app, secrets: listOf(fields, app).length })),
    unknown: Object.keys(fields).filter((app) => !names.includes(app)),
    changedAt: changedAt.toISOString(),
  }
}

/** @throws {@link CliError} for a text that cannot be a secret; the error does not repeat it. */
export async function setAppSecret(
  vault: Vault,
  { app, secret, keep, anyForm }: { app: string; secret: string; keep: number; anyForm?: boolean },
) {
  if (secret === '' || !mayBeAppSecret(secret)) {
    throw new CliError(
      'no_app_secret',
      'an app secret has no <, > or white space: give the one in the Meta App Dashboard, in one line',
    )
  }
  if (!anyForm && !looksLikeAppSecret(secret)) {
    throw new CliError(
      'no_app_secret',
      `Meta's app secrets are 32 digits of 0-9 and a-f, and this one (${counted(secret.length, 'character')}) is not: is it complete? If it is right all the same, add --any-form.`,
    )
  }
  const before = await vault.read('meta')
  const list = listOf(before.fields, app)
  if (list[0] === secret) return { app, isChanged: false, secrets: list.length, dropped: 0 }
  const all = [secret, ...list.filter((one) => one !== secret)]
  const kept = all.slice(0, keep)
  await vault.replace('meta', before, { ...before.fields, [app]: kept })
  return { app, isChanged: true, secrets: kept.length, dropped: all.length - kept.length }
}

function listOf(fields: Readonly<Record<string, unknown>>, app: string): readonly string[] {
  const list: unknown = Object.hasOwn(fields, app) ? fields[app] : undefined
  return Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string') : []
}

function describe({ app, isChanged, secrets, dropped }: Awaited<ReturnType<typeof setAppSecret>>): string {
  if (!isChanged) return `This is the newest secret of ${app} already: nothing was written.`
  const older = secrets - 1
  return [
    `${app} has a new secret.`,
    older > 0 ? `${counted(older, 'older one is', 'older ones are')} kept beside it.` : 'It is the only one.',
    ...(dropped > 0 ? [`${counted(dropped, 'older one was', 'older ones were')} removed.`] : []),
    'Running functions use it within five minutes.',
  ].join(' ')
}

async function appNames({ local }: SystemOptions, path: string): Promise<readonly string[]> {
  if (local) return Object.keys((await describeLocal()).apps)
  const { config } = await checkFile(path)
  if (config) return Object.keys(config.apps)
  throw new CliError('config_invalid', `${path} has mistakes: npm run ops -- check names them`)
}

const MOST_CHARACTERS = 4096

/** On a terminal, without echo; never an argument, which the shell's history would keep. */
async function readSecretInput(input: typeof process.stdin, question: string): Promise<string> {
  const text = input.isTTY ? await askUnseen(input, question) : await lineOf(input)
  if (text.trim() === '') throw wrongUsage('there is no secret on standard input')
  return text
}

async function lineOf(input: Readable): Promise<string> {
  let text = ''
  for await (const chunk of input.setEncoding('utf8')) {
    text += String(chunk)
    if (text.length > MOST_CHARACTERS)
      throw wrongUsage('the text on standard input is too long to be a secret')
  }
  return text.replace(/\r?\n$/, '')
}

async function askUnseen(input: Readable, question: string): Promise<string> {
  process.stderr.write(question)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0 })
  lines.once('SIGINT', () => process.exit(130))
  try {
    return await new Promise((answered) => {
      lines.once('close', () => answered(''))
      lines.once('line', answered)
    })
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}
