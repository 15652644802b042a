/** How operators reach the tool's two functions: by a URL that only an IAM principal can call. */
import { Stack } from 'aws-cdk-lib'
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { type FunctionUrl, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import type { ServiceFunction } from './functions/service-function.ts'

interface OperatorAccessProps {
  readonly fn: ServiceFunction
  /**
   * What the policy allows, for the people who attach it.
   *
   * Never to be changed: IAM cannot edit it, so CloudFormation would replace the policy, and could not delete the old
   * one while it is attached.
   */
  readonly description: string
}

export class OperatorAccess extends Construct {
  readonly url: FunctionUrl
  /** Attach it to a role or a group. */
  readonly policy: ManagedPolicy

  constructor(scope: Construct, id: string, { fn, description }: OperatorAccessProps) {
    super(scope, id)
    this.url = fn.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM })
    this.policy = new ManagedPolicy(this, 'Policy', {
      description,
      statements: [
        new PolicyStatement({
          actions: ['lambda:InvokeFunctionUrl'],
          resources: [fn.functionArn],
          conditions: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
        }),
        // Needed beside the first, but only through the URL: a caller that invokes the function directly writes the
        // event, and so the name of the operator in it.
        new PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources: [fn.functionArn],
          conditions: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
        }),
        // The tool looks up the URL in the stack's outputs.
        new PolicyStatement({
          actions: ['cloudformation:DescribeStacks'],
          resources: [Stack.of(this).stackId],
        }),
      ],
    })
  }
}
