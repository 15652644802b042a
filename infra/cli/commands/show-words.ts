/** What the operator reads about a request's state and problem, and what to do next. Total: no default. */
import type { State } from '../../../shared/requests/lifecycle.ts'
import type { Doubt, Problem, ResidueReason } from '../../../shared/requests/problem.ts'
import type { OpsCommand } from '../system/system.ts'

/** @param key A beginning of the request's key. */
export const NEXT: Readonly<Record<State, (key: string, ops: OpsCommand) => string>> = {
  awaiting_confirmation: () => 'nothing: the person has to confirm by the link in their mail',
  scheduled: () => 'nothing: it starts by itself when the cooling-off has passed, or when it falls due',
  ready: () => 'nothing: it is queued and starts by itself',
  erasing: () => 'nothing: it is at work',
  waiting: () => 'nothing: it goes on by itself at its next try',
  needs_review: (key, ops) => `look at the problem and the plan; to let it go: ${ops(`approve ${key}`)}`,
  needs_operator: (key, ops) => `mend what stands above; then ${ops(`retry ${key}`)}`,
  on_hold: (key, ops) =>
    `nothing, until the hold is released: ${ops(`release ${key}`)}, or refuse it, with a reason`,
  completed: () => 'nothing: it is done',
  completed_with_retention: () => 'nothing: it is done; what is retained ends as stated',
  refused: () => 'nothing: it was refused',
  expired: () => 'nothing: it was never confirmed',
  withdrawn: () => 'nothing: it was taken back, or was no longer due; the history says which',
}

export const DOUBTS: Readonly<Record<Doubt, string>> = {
  login_shaped:
    'the signed payload has fields that only login cookies carry: it may be no deletion request at all',
  undated: 'the signed payload says no time at which it was issued',
  stale: 'the signed payload is older than the configuration allows',
  by_operator: 'an operator has opened it: another operator has to check that it is the person who asks',
  early: 'the signed payload claims to be issued in the future',
}

export const PROBLEMS: Readonly<Record<Problem['reason'], string>> = {
  ...DOUBTS,
  too_big: 'more items were found than the data map lets go without a look (review.above)',
  every_plan: 'the data map lets no plan go without a look (review: always)',
  incomplete_plan:
    'a function could not say how much it holds, so it may be more than the data map lets go without a look (review): approved, it is asked again, and what it holds goes without another look if it still cannot say',
  review_when: 'items were found that the data map protects until an operator has looked (reviewWhen)',
  return_unclear:
    'whether a person who removed the app has come back cannot be read in their items (deauthorize.cameBack), or by now they have longer to come back (deauthorize.after)',
  second_person: 'the identities lead to two people: approve only if both are the one who asked',
  too_many_identities: 'more identities were found for one person than the data map allows (maxIdentities)',
  residue: 'something is left after the last delete',
  manual: 'all that programs can erase is gone; the tasks to be done by hand wait to be confirmed',
  unknown_identity:
    'an identity it was opened with is no longer in the data map: bring the name back, then retry',
  no_progress: 'several tries in a row brought nothing forward',
  paused: 'all erasing is paused: it goes on when it is resumed',
  not_taken:
    'it was queued and rung for several times, and no worker took it: is the erase function running?',
}

export const RESIDUE: Readonly<Record<ResidueReason, string>> = {
  unclaimed:
    "in the person's partition, and no holding claims it: give it one, or one that leaves it and says why",
  not_done: 'it would not go, or cannot be changed as the map says: look at the items',
  unusable_identity: 'names a value that is no key (empty, a placeholder, a delimiter in it): mend the items',
  owner_missing: 'does not say whose it is: give the items the attribute, or remove them',
  parent_gone:
    'it was planned, and the items that lead to it went by themselves meanwhile: look for it by hand, then retry',
  function_failed:
    'the function could not say whether anything is left: its log and that of the erase function say more',
  kept_by_function: 'the function keeps it: give what must be kept a holding of its own that retains it',
  held: 'held by its own hold attribute: take the hold off the items, or refuse the request',
}
