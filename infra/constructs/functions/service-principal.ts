/** A service that acts for this account only: not for whoever else has it point at our roles. */
import { Aws } from 'aws-cdk-lib'
import { type PrincipalBase, ServicePrincipal } from 'aws-cdk-lib/aws-iam'

export const inThisAccount = (service: string): PrincipalBase =>
  new ServicePrincipal(service, { conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } } })
