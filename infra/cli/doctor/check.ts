/** What a check of `doctor` is, and where it finds what it looks at. */
import type { DeletionConfig } from '../../../shared/config/define.ts'
import type { Finding } from '../../../shared/config/findings.ts'
import type { Ask } from '../system/ask.ts'
import type { DeployedStack } from '../system/deployed-stack.ts'
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

/** The system that is looked at. Each answer is asked for once, when the first check needs it. */
export interface System {
  readonly options: SystemOptions
  readonly configFindings: () => Promise<readonly Finding[]>
  readonly config: () => Promise<DeletionConfig>
  readonly ask: Ask
  readonly deployment: () => Promise<Deployment>
  /** Not of `npm start`. */
  readonly stack: () => Promise<DeployedStack>
  readonly appSecrets: () => Promise<Readonly<Record<string, unknown>>>
  readonly now: () => Date
  readonly fetch: typeof fetch
  readonly resolveMx: (domain: string) => Promise<readonly { readonly exchange: string }[]>
}

/** What there is both of `npm start` and of a stack. */
export interface Deployment {
  /** Of an app, if it has one. */
  readonly callbackOf: (app: string) => string | undefined
  readonly secrets: Readonly<Record<SecretName, string>>
  readonly secretsEndpoint?: string
  readonly deadLetters: () => Promise<readonly QueueName[]>
  readonly queuesEndpoint?: string
}

export type SecretName = 'index' | 'seal' | 'token' | 'receipt' | 'apps'

export interface QueueName {
  readonly name: string
  readonly url: string
}
