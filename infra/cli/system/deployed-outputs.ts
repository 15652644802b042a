/** The outputs of the deployed stack. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { type ClientOptions, clientOptions } from '../../../shared/platform/client-options.ts'
import { awsFailure } from '../console/aws-failure.ts'
import { CliError } from '../console/failure.ts'

/**
 * The values of the outputs of a name. In an app of the company's own, it begins with the ids of the constructs around it:
 * what it ends in counts, and there may be more than one.
 */
export type Outputs = (name: string) => readonly string[]

export const cloudFormation = (options: ClientOptions): CloudFormationClient =>
  new CloudFormationClient(clientOptions(options))

/**
 * @param unread What to do for whoever may not read them.
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
      outputs.flatMap(({ OutputKey = '', OutputValue }) =>
        OutputKey.endsWith(name) ? (OutputValue ?? []) : [],
      )
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : ''
    if (name === 'ValidationError') {
      throw new CliError(
        'no_stack',
        `there is no stack ${stack} in ${await client.config.region()}: give --stack, --region or --profile`,
        { cause },
      )
    }
    if (name.startsWith('AccessDenied')) {
      throw new CliError(
        'access_denied',
        `you may not read the outputs of the stack ${stack} (cloudformation:DescribeStacks): ${unread}`,
        { cause },
      )
    }
    throw awsFailure(cause, 'CloudFormation')
  }
}
