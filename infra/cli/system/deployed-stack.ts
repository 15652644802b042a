/** The deployed stack: its outputs and resources. No name is guessed. */
import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation'
import { type ClientOptions, clientOptions } from '../../../shared/platform/client-options.ts'
import { DEFAULT_STACK_NAME } from '../../deployment.ts'
import { awsFailure } from '../console/aws.ts'
import { CliError } from '../console/failure.ts'
import type { SystemOptions } from './system.ts'

/**
 * The values of the outputs whose names end in this text. In an app of the company's own they begin with the ids of the
 * constructs around ours, and there may be several.
 */
export type Outputs = (name: string) => readonly string[]

export const cloudFormation = (options: ClientOptions): CloudFormationClient =>
  new CloudFormationClient(clientOptions(options))

/**
 * @param unread Advice for an operator without permission.
 * @throws {@link CliError}
 */
export async function outputsOf(
  client: CloudFormationClient,
  stack: string,
  unread: string,
): Promise<Outputs> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }))
    const outputs = Stacks[0]?.Outputs ?? []
    return (name) =>
      outputs.filter(({ OutputKey }) => OutputKey?.endsWith(name)).flatMap((one) => one.OutputValue ?? [])
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : ''
    const fail = (word: string, message: string) => new CliError(word, message, { cause })
    if (name === 'ValidationError')
      throw fail(
        'no_stack',
        `there is no stack ${stack} in ${await client.config.region()}: give --stack, --region or --profile`,
      )
    if (name.startsWith('AccessDenied'))
      throw fail(
        'access_denied',
        `you have no permission to read the outputs of the stack ${stack} (cloudformation:DescribeStacks): ${unread}`,
      )
    throw awsFailure(cause, 'CloudFormation')
  }
}

export type DeployedStack = Awaited<ReturnType<typeof readStack>>

/** The type of each part, and the end of its logical id, which no other resource of that type has. */
const PARTS = {
  ledger: ['AWS::DynamoDB::GlobalTable', /LedgerTable[0-9A-F]{8}$/],
  index: ['AWS::SecretsManager::Secret', /SecretsIndex[0-9A-F]{8}$/],
  seal: ['AWS::SecretsManager::Secret', /SecretsSeal[0-9A-F]{8}$/],
  token: ['AWS::SecretsManager::Secret', /SecretsToken[0-9A-F]{8}$/],
  receipt: ['AWS::SecretsManager::Secret', /SecretsReceipt[0-9A-F]{8}$/],
  apps: ['AWS::SecretsManager::Secret', /SecretsApps[0-9A-F]{8}$/],
  pipe: ['AWS::Pipes::Pipe', /DoorbellPipe[0-9A-F]{8}$/],
  queue: ['AWS::SQS::Queue', /ErasureQueue[0-9A-F]{8}$/],
  deadLetters: ['AWS::SQS::Queue', /(ErasureQueue|Doorbell|Schedules|Notices)Dead[0-9A-F]{8}$/],
  eventSources: ['AWS::Lambda::EventSourceMapping', /(EraseSqsEventSource.*|NoticesStream)[0-9A-F]{8}$/],
  schedules: ['AWS::Scheduler::Schedule', /Schedules[a-z]+[0-9A-F]{8}$/],
  alarms: ['AWS::CloudWatch::Alarm', /Alarms[A-Za-z]+[0-9A-F]{8}$/],
  identity: ['AWS::SES::EmailIdentity', /EmailSendingIdentity[0-9A-F]{8}$/],
  receiptRule: ['AWS::SES::ReceiptRule', /EmailReceivingRule[0-9A-F]{8}$/],
} as const satisfies Record<string, readonly [type: string, logicalId: RegExp]>

type Part = keyof typeof PARTS

/** @throws {@link CliError}, or the error of AWS */
export async function readStack(options: SystemOptions) {
  const StackName = options.stack ?? DEFAULT_STACK_NAME
  const client = cloudFormation(options)
  const outputs = await outputsOf(client, StackName, 'ask for it')
  const pages = await Array.fromAsync(paginateListStackResources({ client }, { StackName }))
  // A physical id is a name, an ARN or an address, as `Ref` returns it.
  const resources = pages.flatMap(({ StackResourceSummaries = [] }) =>
    StackResourceSummaries.flatMap(
      ({ LogicalResourceId: logicalId, ResourceType: type, PhysicalResourceId: physicalId }) =>
        logicalId && type && physicalId ? [{ logicalId, type, physicalId }] : [],
    ),
  )
  return { outputs, resources }
}

export const allOf = ({ resources }: DeployedStack, part: Part) => {
  const [type, logicalId] = PARTS[part]
  return resources.filter((one) => one.type === type && logicalId.test(one.logicalId))
}

/** The topic of the alarms, which may be the company's own. @throws {@link CliError} when the stack has none, or several. */
export function topicOf({ outputs }: DeployedStack): string {
  const [topic, ...more] = outputs('AlarmTopicArn')
  if (topic !== undefined && more.length === 0) return topic
  throw notOurs('output AlarmTopicArn', topic !== undefined)
}

/** @throws {@link CliError} when the stack has none, or several. */
export function oneOf(stack: DeployedStack, part: Part): string {
  const [found, ...more] = allOf(stack, part)
  if (found && more.length === 0) return found.physicalId
  throw notOurs(`resource for "${part}"`, found !== undefined)
}

const notOurs = (what: string, areMany: boolean): CliError =>
  new CliError(
    'not_our_stack',
    `the stack has ${areMany ? 'more than one' : 'no'} ${what}: is it of this version? Deploy it again`,
  )

/** The last part of an ARN or address. */
export const nameOf = (address: string): string => address.split(/[:/|]/).at(-1) ?? ''
