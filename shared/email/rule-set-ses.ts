/** Activates a receipt rule set of SES, which a deploy cannot do: an account has one active set in each region. */
import {
  DescribeActiveReceiptRuleSetCommand,
  SESClient,
  SetActiveReceiptRuleSetCommand,
} from '@aws-sdk/client-ses'
import type { ClientOptions } from '../platform/client-options.ts'
import { defined } from '../platform/defined.ts'

/** `other`: another set is active, and stays so. */
export type Activation =
  | { readonly is: 'activated' | 'active already' }
  | { readonly is: 'other'; readonly active: string }

/** Activates a rule set where none is active: another one may carry all mail of the company. */
export async function activateRuleSet(client: SESClient, name: string): Promise<Activation> {
  const { Metadata } = await client.send(new DescribeActiveReceiptRuleSetCommand({}))
  const active = Metadata?.Name
  if (active === name) return { is: 'active already' }
  if (active !== undefined) return { is: 'other', active }
  await client.send(new SetActiveReceiptRuleSetCommand({ RuleSetName: name }))
  return { is: 'activated' }
}

export const sesClient = ({ region, profile }: Pick<ClientOptions, 'region' | 'profile'>): SESClient =>
  new SESClient(defined({ region, profile }))
