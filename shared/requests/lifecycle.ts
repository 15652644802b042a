/** What can happen to a request. The table is the state machine; everything else only reads it. */

export type State =
  | 'awaiting_confirmation'
  | 'scheduled'
  | 'ready'
  | 'erasing'
  | 'waiting'
  | 'needs_review'
  | 'needs_operator'
  | 'on_hold'
  | FinalState
export type FinalState = 'completed' | 'completed_with_retention' | 'refused' | 'expired' | 'withdrawn'

export type Step =
  | 'confirm'
  | 'confirm_and_cool_off'
  | 'lapse'
  | 'fall_due'
  | 'take'
  | 'wake'
  | 'continue'
  | 'wait'
  | 'ask_review'
  | 'ask_operator'
  | 'complete'
  | 'complete_with_retention'
  | 'approve'
  | 'refuse'
  | 'retry'
  | 'done'
  | 'all_done'
  | 'hold'
  | 'release'
  | 'withdraw'

/** `asked_again`: the same person, before it was confirmed. `reply`: to a mail of ours. `extended`: due later. `kept`: of a holding. `complained`, `answered`: never what was said. */
export type HistoryStep =
  | Step
  | 'received'
  | 'asked_again'
  | 'reply'
  | 'extended'
  | 'kept'
  | 'complained'
  | 'answered'

/** Where a step leads; `heldFrom`: to where the request was when it was held. */
export type Target = State | 'heldFrom'

/** Read it as the diagram in docs/lifecycle.md; a test draws that diagram from this table. */
export const LIFECYCLE: Readonly<Record<State, Readonly<Partial<Record<Step, Target>>>>> = {
  awaiting_confirmation: {
    confirm: 'ready',
    confirm_and_cool_off: 'scheduled',
    lapse: 'expired',
    hold: 'on_hold',
    withdraw: 'withdrawn',
  },
  scheduled: { fall_due: 'ready', hold: 'on_hold', withdraw: 'withdrawn' },
  ready: {
    take: 'erasing',
    wake: 'ready',
    ask_operator: 'needs_operator',
    hold: 'on_hold',
    withdraw: 'withdrawn',
  },
  erasing: {
    continue: 'ready',
    wait: 'waiting',
    ask_review: 'needs_review',
    ask_operator: 'needs_operator',
    complete: 'completed',
    complete_with_retention: 'completed_with_retention',
    hold: 'on_hold',
    withdraw: 'withdrawn',
  },
  waiting: { fall_due: 'ready', ask_operator: 'needs_operator', hold: 'on_hold', withdraw: 'withdrawn' },
  needs_review: { approve: 'ready', refuse: 'refused', hold: 'on_hold', withdraw: 'withdrawn' },
  needs_operator: {
    retry: 'ready',
    done: 'needs_operator',
    all_done: 'ready',
    hold: 'on_hold',
    withdraw: 'withdrawn',
  },
  on_hold: { release: 'heldFrom', refuse: 'refused', withdraw: 'withdrawn' },
  completed: {},
  completed_with_retention: {},
  refused: {},
  expired: {},
  withdrawn: {},
}

/** Work does not survive a hold: what was at work when it was held is queued again on release. */
export const RELEASED_TO: Readonly<Partial<Record<State, State>>> = {
  awaiting_confirmation: 'awaiting_confirmation',
  scheduled: 'scheduled',
  ready: 'ready',
  erasing: 'ready',
  waiting: 'ready',
  needs_review: 'needs_review',
  needs_operator: 'ready',
}

export const STATES = Object.keys(LIFECYCLE) as readonly State[]

export const isFinal = (state: State): state is FinalState => Object.keys(LIFECYCLE[state]).length === 0

/** A state as the outside sees it: fewer words than the ledger has, and none about our machinery. */
export const PUBLIC_STATE = {
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
} as const satisfies Readonly<Record<State, string>>
export type PublicState = (typeof PUBLIC_STATE)[State]
