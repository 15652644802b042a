/** The status JSON of a request, which the status page shows as well. */
import type { StatusConfig } from '../config/function-config.ts'
import type { Locale, Scope } from '../data-map/data-map.ts'
import { LANGUAGES, wording } from '../languages/languages.ts'
import type { PageTexts, Statement } from '../languages/page-texts.ts'
import { dayOf } from '../platform/time.ts'
import type { ConfirmationCode } from '../requests/code.ts'
import { isFinal, PUBLIC_STATE, type PublicState } from '../requests/lifecycle.ts'
import { isFound, type Outcome, type Tally, tallyOf } from '../requests/outcome.ts'
import type { Channel, DeletionRequest } from '../requests/request.ts'

/** `found` and what follows it are present in the completed states, and only there. */
export interface StatusView {
  readonly code: ConfirmationCode
  readonly state: PublicState
  readonly channel: Channel
  readonly scope: Scope
  readonly receivedAt: string
  readonly updatedAt: string
  readonly dueAt: string
  /** When the backups of the tables that were changed age out; absent if one of them is unknown. */
  readonly backupsExpireAt?: string
  readonly explanation: string
  readonly found?: boolean
  readonly completedAt?: string
  readonly erased?: readonly Tally[]
  readonly redacted?: readonly Tally[]
  readonly retained?: readonly Kept[]
}

export interface Kept extends Tally {
  /** The reason, as a sentence in the reader's language. */
  readonly because: string
  /** When the last of the group ends: a day in UTC, `YYYY-MM-DD`. */
  readonly until?: string
}

export interface ViewOptions {
  readonly code: ConfirmationCode
  readonly locale: Locale
  readonly config: StatusConfig
}

export function statusView(request: DeletionRequest, { code, locale, config }: ViewOptions): StatusView {
  const state = PUBLIC_STATE[request.state]
  const about = { code, state, channel: request.channel, scope: request.scope }
  const dates = {
    receivedAt: request.receivedAt.toISOString(),
    updatedAt: request.updatedAt.toISOString(),
    dueAt: request.dueAt.toISOString(),
  }
  if (state !== 'completed' && state !== 'completed_with_retention') {
    return { ...about, ...dates, explanation: explanationOf(request, state, { locale, config }) }
  }

  const { endedAt, outcome } = request
  // Without its outcome a completed row would read as "nothing was found".
  if (!endedAt || !outcome) throw new TypeError('a completed request has no outcome')
  const { erased, redacted, retained, backupsExpireAt } = outcome
  const found = isFound(outcome)
  return {
    ...about,
    found,
    ...dates,
    completedAt: endedAt.toISOString(),
    erased: erased.map(tallyOf),
    redacted: redacted.map(tallyOf),
    retained: retained.map(({ reason, until, ...kept }) => ({
      ...tallyOf(kept),
      because: wording(config.reasons, { word: reason, locale }),
      ...(until === undefined ? {} : { until: dayOf(until) }),
    })),
    ...(found && backupsExpireAt !== undefined ? { backupsExpireAt } : {}),
    explanation: completion(outcome, { found, scope: request.scope })
      .map((name) => LANGUAGES[locale].pages.completed[name])
      .map((text) => (typeof text === 'function' ? text : text.sentence)(config.organization))
      .join(' '),
  }
}

/** The explanation of a request that is open, or has ended without being carried out. */
function explanationOf(
  { refusal, firstDeleteAt, extension, state: ledgerState, channel }: DeletionRequest,
  state: keyof PageTexts['states'],
  { locale, config: { organization } }: Pick<ViewOptions, 'locale' | 'config'>,
): string {
  const pages = LANGUAGES[locale].pages
  const { refused } = pages
  if (refusal) {
    return [
      refused.decided(organization),
      LANGUAGES[locale].refusals[refusal.reason],
      ...(firstDeleteAt ? [refused.begun(organization)] : []),
      refused.object(organization),
    ].join(' ')
  }
  const sentence = statementOf(pages, { state, channel }).sentence(organization)
  return extension && !isFinal(ledgerState)
    ? `${sentence} ${LANGUAGES[locale].extensions[extension.reason]}`
    : sentence
}

/** The statement of a state, unless it is a completed one. Requests that nobody asked for have their own. */
export const statementOf = (
  { states, unasked }: PageTexts,
  { state, channel }: { readonly state: keyof PageTexts['states']; readonly channel: Channel },
): Statement =>
  channel === 'retention' && (state === 'scheduled' || state === 'withdrawn') ? unasked[state] : states[state]

type CompletionText = Exclude<
  keyof PageTexts['completed'],
  'headline' | 'headlineKept' | 'redactedMeans' | 'lists'
>

/** The sentences that are true of the outcome: that a request is complete does not mean that anything was deleted. */
function completion(
  { erased, redacted, retained, backupsExpireAt }: Outcome,
  { found, scope }: { readonly found: boolean; readonly scope: Scope },
): readonly CompletionText[] {
  if (!found) return ['nothingFound']
  const changed = erased.length + redacted.length > 0
  const names: CompletionText[] = []
  // Everything from Meta is called deleted only where nothing of it is kept.
  if (erased.length > 0) names.push(scope === 'platform' && retained.length === 0 ? 'platform' : 'erased')
  else if (redacted.length > 0) names.push('redacted')
  if (retained.length > 0) names.push('retained')
  if (scope === 'platform') names.push('accountRemains')
  if (changed && backupsExpireAt === undefined) names.push('backupsUnknown')
  return names
}
