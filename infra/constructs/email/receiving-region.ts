/** Refuses a stack that is to take mail in a region where SES takes none. */
import { Annotations, Stack, Token } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

/**
 * The table "Email Receiving endpoints", shorter than that of the regions from which SES sends.
 * https://docs.aws.amazon.com/general/latest/gr/ses.html#ses_inbound_endpoints
 */
const REGIONS = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ca-central-1',
  'sa-east-1',
  'eu-central-1',
  'eu-north-1',
  'eu-south-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'il-central-1',
  'me-south-1',
  'af-south-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
]

/** A region that is known only at the deploy is not looked at: there, SES itself refuses the rule. */
export function demandReceivingRegion(scope: Construct): void {
  const { region } = Stack.of(scope)
  if (Token.isUnresolved(region) || REGIONS.includes(region)) return
  Annotations.of(scope).addError(
    `SES takes no mail in ${region}: deploy to one of ${REGIONS.join(', ')}, or leave email.receiving out, and people ask by the form`,
  )
}
