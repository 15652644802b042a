/** The reasons an operator may give for a refusal or an extension. What the person reads is in each language's texts. */

/** In characters, of a reason in the operator's own words. */
export const MAX_REASON_LENGTH = 200

export const REFUSAL_REASONS = [
  'legal_obligation',
  'legal_claim',
  'order_of_authority',
  'fraud_or_security',
  'open_contract',
  'identity_not_confirmed',
  'repeated_without_reason',
] as const
export type RefusalReason = (typeof REFUSAL_REASONS)[number]

export const EXTENSION_REASONS = ['complex', 'many_requests', 'others_must_act'] as const
export type ExtensionReason = (typeof EXTENSION_REASONS)[number]
