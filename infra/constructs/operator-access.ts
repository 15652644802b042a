/** How operators reach the tool's two functions: by an address that only an IAM principal can call. */
import { Stack } from 'aws-cdk-lib'
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { type FunctionUrl, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import type { ServiceFunction } from './functions/service-function.ts'

export interface OperatorAccessProps {
  readonly fn: ServiceFunction
  /**
   * What the grant allows, said to whoever attaches it.
   *
   * Never to change: IAM cannot edit it, so CloudFormation would replace the policy, and cannot delete the old one while
   * it is attached to anybody.
   */
  readonly description: string
}

export class OperatorAccess extends Construct {
  readonly url: FunctionUrl
  /** To be attached to a role or group of people. */
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
        // Needed beside the first, and through the address only: who could invoke the function directly would write
        // the event, and in it the name of whoever is said to have decided.
        new PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources: [fn.functionArn],
          conditions: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
        }),
        // The tool looks up the address in the outputs.
        new PolicyStatement({
          actions: ['cloudformation:DescribeStacks'],
          resources: [Stack.of(this).stackId],
        }),
      ],
    })
  }
}
