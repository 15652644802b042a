/** The system that `doctor` examines, and the form of its checks. */
import { Resolver } from 'node:dns/promises'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { Finding } from '../../../shared/config/findings.ts'
import { clientOptions } from '../../../shared/platform/client-options.ts'
import { readSecret } from '../../../shared/platform/secrets-secretsmanager.ts'
import { checkFile } from '../console/config-file.ts'
import { CliError } from '../console/failure.ts'
import { asker } from '../system/ask.ts'
import { allOf, type DeployedStack, nameOf, oneOf, readStack } from '../system/deployed-stack.ts'
import { describeLocal } from '../system/local-system.ts'
import type { SystemOptions } from '../system/system.ts'

export interface Check {
  readonly name: string
  readonly looksAt: string
  /** It also checks `npm start`. */
  readonly isLocal?: true
  /** The part of the configuration that the check is for. */
  readonly needs?: 'email' | 'receiving'
  /** Beside `cloudformation:DescribeStacks` and `cloudformation:ListStackResources`. */
  readonly permissions?: readonly string[]
  /** @default 60 */
  readonly withinSeconds?: number
  /** @throws when it cannot check. */
  readonly run: (system: System) => Promise<Found | readonly Found[]>
}

/** Undefined where nothing is wrong. */
export type Found = Finding | undefined

/** A finding whose place is known to the caller. */
export type Trouble = Omit<Finding, 'place'>

/** Each part is read once, when the first check needs it. */
export type System = ReturnType<typeof systemOf>

/** The clock, HTTP and the DNS, which a test replaces. */
export interface Outside {
  readonly now: () => Date
  readonly fetch: typeof fetch
  readonly resolveMx: (domain: string) => Promise<readonly { readonly exchange: string }[]>
}

const OUTSIDE: Outside = {
  now: () => new Date(),
  fetch,
  resolveMx: (domain) => new Resolver({ timeout: 5000, tries: 2 }).resolveMx(domain),
}

export function systemOf(options: SystemOptions & { readonly config: string }, outside = OUTSIDE) {
  const checked = once(() => checkFile(options.config))
  const stack = once(() => readStack(options))
  const deployment = once(async () =>
    options.local ? deploymentOfLocal() : deploymentOfStack(await stack()),
  )
  const secret = async (name: SecretName) => {
    const { secrets, secretsEndpoint: endpoint } = await deployment()
    return readSecret(new SecretsManagerClient(clientOptions({ ...options, endpoint })), secrets[name])
  }
  return {
    ...outside,
    options,
    configFindings: async () => (await checked()).findings,
    config: async () => {
      const { config } = await checked()
      if (config) return config
      throw new CliError('invalid', 'the configuration has mistakes: correct them first')
    },
    ask: asker(options),
    deployment,
    /** Only on AWS. */
    stack,
    secret,
    /** App to its secrets, newest first; not checked. */
    appSecrets: once(() => secret('apps')),
  }
}

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

/** What `npm start` and a stack have in common. */
interface Deployment {
  readonly callbackOf: (app: string) => string | undefined
  readonly secrets: Readonly<Record<SecretName, string>>
  readonly secretsEndpoint?: string
  readonly deadLetters: () => Promise<readonly { readonly name: string; readonly url: string }[]>
  readonly queuesEndpoint?: string
}

const SECRET_NAMES = ['index', 'seal', 'token', 'receipt', 'apps'] as const
export type SecretName = (typeof SECRET_NAMES)[number]

const secretIds = (idOf: (name: SecretName) => string) =>
  Object.fromEntries(SECRET_NAMES.map((name) => [name, idOf(name)])) as Record<SecretName, string>

const deploymentOfStack = (stack: DeployedStack): Deployment => ({
  callbackOf: (app) =>
    stack
      .outputs('CallbackUrl')
      .find((value) => value.startsWith('https:') && value.endsWith(`/meta/${app}/data-deletion`)),
  secrets: secretIds((name) => oneOf(stack, name)),
  deadLetters: async () =>
    allOf(stack, 'deadLetters').map(({ logicalId, physicalId }) => ({
      name: logicalId.replace(/[0-9A-F]{8}$/, ''),
      url: physicalId,
    })),
})

async function deploymentOfLocal(): Promise<Deployment> {
  const { apps, sqs, secrets } = await describeLocal()
  const queuesEndpoint = needed(sqs)
  const { url, ids } = needed(secrets)
  return {
    callbackOf: (app) => apps[app]?.callback,
    secrets: secretIds((name) => needed(ids[name === 'apps' ? 'meta' : name])),
    secretsEndpoint: url,
    async deadLetters() {
      const client = new SQSClient(clientOptions({ endpoint: queuesEndpoint }))
      const { QueueUrls = [] } = await client.send(new ListQueuesCommand({}))
      return QueueUrls.map((url) => new URL(new URL(url).pathname, queuesEndpoint).href)
        .filter((url) => url.endsWith('-dead'))
        .map((url) => ({ name: nameOf(url), url }))
    },
    queuesEndpoint,
  }
}

function needed<T>(part: T | undefined): T {
  if (part !== undefined) return part
  throw new CliError('unexpected_answer', 'npm start has another version than this tool')
}
