/** What the services of AWS that work for this stack need: a role that nobody else can borrow, and a log. */
import { Aws, RemovalPolicy } from 'aws-cdk-lib'
import { type PrincipalBase, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'

/** A service that acts for this account alone, not for another account that points it at our roles. */
export const inThisAccount = (service: string): PrincipalBase =>
  new ServicePrincipal(service, { conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } } })

export const serviceLog = (scope: Construct, id: string, name: string): LogGroup =>
  new LogGroup(scope, id, {
    // A prefix that needs no resource policy of its own: those have a limit per account.
    logGroupName: `/aws/vendedlogs/${Aws.STACK_NAME}/${name}`,
    retention: RetentionDays.THREE_MONTHS,
    removalPolicy: RemovalPolicy.DESTROY,
  })
