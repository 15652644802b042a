/** The system that `doctor` looks at: what is asked of it, and how that is found out. */
import { Resolver } from 'node:dns/promises'
import { checkFile } from '../console/config-file.ts'
import { CliError } from '../console/failure.ts'
import { asker } from '../system/ask.ts'
import { allOf, type DeployedStack, oneOf, readStack } from '../system/deployed-stack.ts'
import { describeLocal } from '../system/local-system.ts'
import type { SystemOptions } from '../system/system.ts'
import type { Deployment, System } from './check.ts'
import { localDeadLetters } from './doorbell.ts'
import { readAppSecrets } from './secrets.ts'

export function systemOf(
  options: SystemOptions & { readonly config: string },
  outside: Partial<Pick<System, 'fetch' | 'resolveMx' | 'now'>> = {},
): System {
  const checked = once(() => checkFile(options.config))
  const stack = once(() => readStack(options))
  const deployment = once(async () =>
    options.local ? deploymentOfLocal() : deploymentOfStack(await stack()),
  )
  return {
    options,
    configFindings: async () => (await checked()).findings,
    async config() {
      const { config } = await checked()
      if (config) return config
      throw new CliError('invalid', 'the configuration has mistakes: mend them first')
    },
    ask: asker(options),
    deployment,
    stack,
    appSecrets: once(() => readAppSecrets({ options, deployment })),
    now: () => new Date(),
    fetch,
    resolveMx: (domain) => new Resolver({ timeout: 5000, tries: 2 }).resolveMx(domain),
    ...outside,
  }
}

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

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
    deadLetters: () => localDeadLetters(queuesEndpoint),
    queuesEndpoint,
  }
}

function needed<T>(part: T | undefined): T {
  if (part !== undefined) return part
  throw new CliError('unexpected_answer', 'npm start is of another version than this tool')
}
