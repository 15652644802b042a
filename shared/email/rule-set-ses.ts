/** Which receipt rule set of SES is the active one: a deploy cannot say so, and there is one in an account and region. */
import {
  DescribeActiveReceiptRuleSetCommand,
  SESClient,
  SetActiveReceiptRuleSetCommand,
} from '@aws-sdk/client-ses'

/** `other`: another one is active, and stays so. */
export type Activation =
  | { readonly is: 'activated' | 'active already' }
  | { readonly is: 'other'; readonly active: string }

/** Makes a rule set the active one, but only where there is none: another one may carry all mail of a company. */
export async function activateRuleSet(client: SESClient, name: string): Promise<Activation> {
  const { Metadata } = await client.send(new DescribeActiveReceiptRuleSetCommand({}))
  const active = Metadata?.Name
  if (active === name) return { is: 'active already' }
  if (active !== undefined) return { is: 'other', active }
  await client.send(new SetActiveReceiptRuleSetCommand({ RuleSetName: name }))
  return { is: 'activated' }
}

/** A client with the caller's own credentials. */
export const sesClient = ({
  region,
  profile,
}: {
  readonly region?: string
  readonly profile?: string
}): SESClient =>
  new SESClient({ ...(region !== undefined && { region }), ...(profile !== undefined && { profile }) })
