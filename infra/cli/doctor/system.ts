/** The system that `doctor` looks at, and what a check of it is. */
import { Resolver } from 'node:dns/promises'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { Finding } from '../../../shared/config/findings.ts'
import { clientOptions } from '../../../shared/platform/client-options.ts'
import { readSecret } from '../../../shared/platform/secrets-secretsmanager.ts'
import { withClient } from '../console/aws.ts'
import { checkFile } from '../console/config-file.ts'
import { CliError } from '../console/failure.ts'
import { asker } from '../system/ask.ts'
import { allOf, type DeployedStack, nameOf, oneOf, readStack } from '../system/deployed-stack.ts'
import { describeLocal } from '../system/local-system.ts'
import type { SystemOptions } from '../system/system.ts'

export interface Check {
  readonly name: string
  readonly looksAt: string
  /** Whether `npm start` has it, too. */
  readonly isLocal?: true
  /** The part of the configuration without which there is nothing to look at. */
  readonly needs?: 'email' | 'receiving'
  /** What IAM has to allow for it, beside `cloudformation:DescribeStacks` and `cloudformation:ListStackResources`. */
  readonly permissions: readonly string[]
  /** @default 60 */
  readonly withinSeconds?: number
  /** @throws when it cannot look. */
  readonly run: (system: System) => Promise<Found | readonly Found[]>
}

/** Undefined where nothing is wrong. */
export type Found = Finding | undefined

/** Each answer is asked for once, when the first check needs it. */
export type System = ReturnType<typeof systemOf>

/** What is neither AWS nor ours. */
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
  const readSecretNamed = async (name: SecretName) => {
    const { secrets, secretsEndpoint: endpoint } = await deployment()
    const client = new SecretsManagerClient(clientOptions(endpoint === undefined ? options : { endpoint }))
    return withClient(client, () => readSecret(client, secrets[name]))
  }
  return {
    ...outside,
    options,
    configFindings: async () => (await checked()).findings,
    config: async () => {
      const { config } = await checked()
      if (config) return config
      throw new CliError('invalid', 'the configuration has mistakes: mend them first')
    },
    ask: asker(options),
    deployment,
    /** Not of `npm start`. */
    stack,
    secret: readSecretNamed,
    /** App to its secrets, newest first, as they are. */
    appSecrets: once(() => readSecretNamed('apps')),
  }
}

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

/** What there is both of `npm start` and of a stack. */
interface Deployment {
  /** Of an app, if it has one. */
  readonly callbackOf: (app: string) => string | undefined
  readonly secrets: Readonly<Record<SecretName, string>>
  readonly secretsEndpoint?: string
  readonly deadLetters: () => Promise<readonly { readonly name: string; readonly url: string }[]>
  readonly queuesEndpoint?: string
}

export type SecretName = 'index' | 'seal' | 'token' | 'receipt' | 'apps'

const deploymentOfStack = (stack: DeployedStack): Deployment => ({
  callbackOf: (app) =>
    stack
      .outputs('CallbackUrl')
      .find((value) => value.startsWith('https:') && value.endsWith(`/meta/${app}/data-deletion`)),
  secrets: {
    index: oneOf(stack, 'index'),
    seal: oneOf(stack, 'seal'),
    token: oneOf(stack, 'token'),
    receipt: oneOf(stack, 'receipt'),
    apps: oneOf(stack, 'apps'),
  },
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
    secrets: {
      index: needed(ids['index']),
      seal: needed(ids['seal']),
      token: needed(ids['token']),
      receipt: needed(ids['receipt']),
      apps: needed(ids['meta']),
    },
    secretsEndpoint: url,
    async deadLetters() {
      const client = new SQSClient(clientOptions({ endpoint: queuesEndpoint }))
      const { QueueUrls = [] } = await withClient(client, () => client.send(new ListQueuesCommand({})))
      return QueueUrls.map((url) => new URL(new URL(url).pathname, queuesEndpoint).href)
        .filter((url) => url.endsWith('-dead'))
        .map((url) => ({ name: nameOf(url), url }))
    },
    queuesEndpoint,
  }
}

function needed<T>(part: T | undefined): T {
  if (part !== undefined) return part
  throw new CliError('unexpected_answer', 'npm start is of another version than this tool')
}
