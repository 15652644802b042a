/** The operator's texts about states and problems of a request, and the next step. */
import type { State } from '../../../shared/requests/lifecycle.ts'
import type { Doubt, Problem, ResidueReason } from '../../../shared/requests/problem.ts'
import type { OpsCommand } from '../system/system.ts'

/** @param key A beginning of the request's key. */
export const NEXT: Readonly<Record<State, (key: string, ops: OpsCommand) => string>> = {
  awaiting_confirmation: () => 'nothing: the person has to confirm by the link in their mail',
  scheduled: () => 'nothing: it starts by itself after the cooling-off period, or when it falls due',
  ready: () => 'nothing: it is queued and starts by itself',
  erasing: () => 'nothing: it is at work',
  waiting: () => 'nothing: it goes on by itself at its next try',
  needs_review: (key, ops) => `check the problem and the plan; then ${ops(`approve ${key}`)}`,
  needs_operator: (key, ops) => `solve the problem; then ${ops(`retry ${key}`)}`,
  on_hold: (key, ops) =>
    `nothing, until the hold is released: ${ops(`release ${key}`)}, or refuse it, with a reason`,
  completed: () => 'nothing: it is done',
  completed_with_retention: () => 'nothing: it is done; retained items end as stated',
  refused: () => 'nothing: it was refused',
  expired: () => 'nothing: it was never confirmed',
  withdrawn: () => 'nothing: it was withdrawn, or was no longer due: see the history',
}

export const DOUBTS: Readonly<Record<Doubt, string>> = {
  login_shaped:
    'the signed payload has fields that only login cookies have: it may not be a deletion request at all',
  undated: 'the signed payload has no time of issue',
  stale: 'the signed payload is older than the configuration allows',
  by_operator: 'an operator has opened it: another operator has to check that the person asked for it',
  early: 'the time of issue in the signed payload is in the future',
}

export const PROBLEMS: Readonly<Record<Problem['reason'], string>> = {
  ...DOUBTS,
  too_big: 'more items were found than the data map allows without a review (review.above)',
  every_plan: 'the data map requires a review of every plan (review: always)',
  incomplete_plan:
    'a function could not count its items, so there may be more than the data map allows without a review (review); after an approval they are erased, even if it still cannot count them',
  review_when: 'items were found that the data map protects until a review (reviewWhen)',
  return_unclear:
    'the person has removed the app, and their items do not show whether they came back (deauthorize.cameBack), or they now have longer to come back (deauthorize.after)',
  second_person: 'the identities lead to two people: approve only if both are the one who asked',
  too_many_lookups:
    'a key of several identities has more combinations than are worth a query each: see the estimate, and the map',
  too_many_identities: 'more identities were found for one person than the data map allows (maxIdentities)',
  residue: 'something is left after the last delete',
  manual: 'everything that programs can erase is gone; the manual tasks wait for confirmation',
  unknown_identity: 'an identity of the request is no longer in the data map: restore its name, then retry',
  no_progress: 'several tries in a row made no progress',
  paused: 'all erasing is paused: it goes on when it is resumed',
  not_taken: 'it was queued several times, but no worker took it: is the erase function running?',
}

export const RESIDUE: Readonly<Record<ResidueReason, string>> = {
  unclaimed:
    "in the person's partition, and no holding claims it: add one, or one that leaves it and gives a reason",
  not_done: 'it could not be erased, or changed as the map says: look at the items',
  unusable_identity:
    'names a value that is no key (empty, a placeholder, or with a delimiter): correct the items',
  owner_missing: 'names no owner: add the attribute to the items, or remove them',
  owner_unreadable:
    'its owner attribute names nobody (NULL, empty, a list): correct the items, or remove them',
  parent_gone:
    'it was planned, but the items that lead to it were deleted meanwhile: look for it by hand, then retry',
  function_failed: 'the function could not tell whether anything is left: see its log and that of erase',
  kept_by_function: 'the function keeps it: add a holding that retains the items that must be kept',
  held: 'held by its own hold attribute: remove the hold from the items, or refuse the request',
}
