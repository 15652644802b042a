/** A log that a service of AWS writes for this stack. */
import { Aws, RemovalPolicy } from 'aws-cdk-lib'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'

export const serviceLog = (scope: Construct, id: string, name: string): LogGroup =>
  new LogGroup(scope, id, {
    // A prefix that needs no resource policy of its own: those have a limit per account.
    logGroupName: `/aws/vendedlogs/${Aws.STACK_NAME}/${name}`,
    retention: RetentionDays.THREE_MONTHS,
    removalPolicy: RemovalPolicy.DESTROY,
  })
