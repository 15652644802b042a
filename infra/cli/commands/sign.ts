/** `sign`: prints the signed_request that Meta would send. */
import { createSignedRequest } from '../../../shared/meta/signed-request.ts'
import { CliError, wrongUsage } from '../console/failure.ts'
import { isFields, parseJson } from '../console/foreign.ts'
import { matching, option } from '../console/options.ts'
import { defineCommand } from '../define-command.ts'
import { describeLocal, localUrl } from '../system/local-system.ts'

export const sign = defineCommand({
  name: 'sign',
  says: 'Prints the signed_request that Meta would send for a person, and nothing else. The secret comes from META_APP_SECRETS; with --local, or for another app, from a running npm start.',
  options: {
    app: option('--app <app>', "the app's name in deletion.config.ts", { isRequired: true }),
    userId: option('--user-id <id>', "the person's id for this app, digits", {
      read: matching(/^\d+$/, '--user-id takes digits only, such as 10223000000000101'),
      isRequired: true,
    }),
    issuedAt: option('--issued-at <seconds>', 'when Meta signed it, in seconds since 1970 (default: now)', {
      read: seconds,
    }),
  },
  help: `
Examples:
  $ npm run --silent ops -- sign --local --app shop --user-id 10223000000000101
  $ curl http://localhost:3000/meta/shop/data-deletion --data-urlencode \\
      "signed_request=$(npm run --silent ops -- sign --local --app shop --user-id 10223000000000101)"
  $ META_APP_SECRETS='{"shop":["…"]}' npm run --silent ops -- sign --app shop --user-id 42 --issued-at 1790000000`,
  async run({ app, userId, issuedAt = Math.floor(Date.now() / 1000) }, { system, print }) {
    const secret = (system.local ? undefined : secretOfEnvironment(app)) ?? (await secretOfLocal(app))
    const signedRequest = createSignedRequest({ user_id: userId, issued_at: issuedAt }, secret)
    print({ signed_request: signedRequest }, () => signedRequest)
  },
})

/** The newest secret; undefined if the variable does not name the app. */
function secretOfEnvironment(app: string): string | undefined {
  const text = process.env['META_APP_SECRETS']
  if (text === undefined || text.trim() === '') return undefined
  const given = readSecrets(text)
  if (!Object.hasOwn(given, app)) return undefined
  const secrets: unknown = given[app]
  const newest: unknown = Array.isArray(secrets) ? secrets[0] : undefined
  if (typeof newest === 'string' && newest !== '') return newest
  throw wrongUsage(`META_APP_SECRETS must give ${app} a list of secrets, newest first`)
}

function readSecrets(text: string): Readonly<Record<string, unknown>> {
  const value = parseJson(text)
  if (isFields(value)) return value
  // The error quotes no secret.
  throw wrongUsage('META_APP_SECRETS must be a JSON object of app to list of secrets, such as {"shop":["…"]}')
}

async function secretOfLocal(app: string): Promise<string> {
  const { apps } = await describeLocal().catch(adviseOnSecrets)
  const secret = Object.hasOwn(apps, app) ? apps[app]?.secret : undefined
  if (secret !== undefined) return secret
  const names = Object.keys(apps).join(', ') || 'none'
  throw new CliError('not_found', `${localUrl().origin} has no app "${app}"; its apps: ${names}`)
}

function adviseOnSecrets(cause: unknown): never {
  if (!(cause instanceof CliError) || cause.word !== 'unreachable') throw cause
  throw new CliError(cause.word, `${cause.message}, or give the secret in META_APP_SECRETS`, { cause })
}

function seconds(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(value)) return value
  throw wrongUsage('--issued-at takes whole seconds since 1970, such as 1790000000')
}
