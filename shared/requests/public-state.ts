/** A state as the outside sees it: fewer words than the ledger has, and none about our machinery. */
import type { State } from './lifecycle.ts'

export type PublicState =
  | 'awaiting_confirmation'
  | 'scheduled'
  | 'in_progress'
  | 'in_review'
  | 'on_hold'
  | 'completed'
  | 'completed_with_retention'
  | 'refused'
  | 'expired'
  | 'withdrawn'

/** Total, so that a new state does not compile before it has a word. */
export const PUBLIC_STATE: Readonly<Record<State, PublicState>> = {
  awaiting_confirmation: 'awaiting_confirmation',
  scheduled: 'scheduled',
  ready: 'in_progress',
  erasing: 'in_progress',
  waiting: 'in_progress',
  needs_review: 'in_review',
  needs_operator: 'in_progress',
  on_hold: 'on_hold',
  completed: 'completed',
  completed_with_retention: 'completed_with_retention',
  refused: 'refused',
  expired: 'expired',
  withdrawn: 'withdrawn',
}
