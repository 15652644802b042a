/** What is said of a request: the status JSON, and what the status page is made of. */

import type { StatusLiterals } from '../config/literals.ts'
import type { Locale, Localized, Scope } from '../data-map/data-map.ts'
import { LANGUAGES } from '../languages/languages.ts'
import type { PageTexts, Statement } from '../languages/page-texts.ts'
import { dayOf } from '../platform/time.ts'
import type { ConfirmationCode } from '../requests/code.ts'
import { isFinal } from '../requests/lifecycle.ts'
import { isFound, type Outcome, type Tally, tallyOf } from '../requests/outcome.ts'
import { PUBLIC_STATE, type PublicState } from '../requests/public-state.ts'
import type { Channel, DeletionRequest } from '../requests/request.ts'

export interface StatusView extends Partial<CompletedView> {
  readonly code: ConfirmationCode
  readonly state: PublicState
  readonly channel: Channel
  readonly scope: Scope
  readonly receivedAt: string
  readonly updatedAt: string
  readonly dueAt: string
  /** When backups of the tables touched age out; absent if one is unknown. */
  readonly backupsExpireAt?: string
  readonly explanation: string
}

/** What only the completed states say, and always. */
export interface CompletedView {
  readonly found: boolean
  readonly completedAt: string
  readonly erased: readonly Tally[]
  readonly redacted: readonly Tally[]
  readonly retained: readonly Kept[]
}

export interface Kept extends Tally {
  /** The reason, as a sentence in the reader's language. */
  readonly because: string
  /** The latest end of the group: a day, `YYYY-MM-DD`, in UTC. */
  readonly until?: string
}

export interface ViewOptions {
  readonly code: ConfirmationCode
  readonly locale: Locale
  readonly literals: StatusLiterals
}

export function statusView(request: DeletionRequest, { code, locale, literals }: ViewOptions): StatusView {
  const state = PUBLIC_STATE[request.state]
  const about = { code, state, channel: request.channel, scope: request.scope }
  const dates = {
    receivedAt: request.receivedAt.toISOString(),
    updatedAt: request.updatedAt.toISOString(),
    dueAt: request.dueAt.toISOString(),
  }
  if (state !== 'completed' && state !== 'completed_with_retention') {
    return { ...about, ...dates, explanation: stillOrNot(request, state, { locale, literals }) }
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
      because: wording(literals.reasons, { word: reason, locale }),
      ...(until === undefined ? {} : { until: dayOf(until) }),
    })),
    ...(found && backupsExpireAt !== undefined ? { backupsExpireAt } : {}),
    explanation: completion(outcome, { found, scope: request.scope })
      .map((name) => LANGUAGES[locale].pages.completed[name])
      .map((said) => (typeof said === 'function' ? said : said.sentence)(literals.organization))
      .join(' '),
  }
}

/** What is said of a request that is open, or ended without being carried out. */
function stillOrNot(
  { refusal, firstDeleteAt, extension, state: of, channel }: DeletionRequest,
  state: keyof PageTexts['states'],
  { locale, literals: { organization } }: Pick<ViewOptions, 'locale' | 'literals'>,
): string {
  const pages = LANGUAGES[locale].pages
  const { refused } = pages
  if (refusal) {
    const said = [refused.decided, ...(firstDeleteAt ? [refused.begun] : []), refused.object]
    const [decided = '', ...rest] = said.map((sentence) => sentence(organization))
    return [decided, LANGUAGES[locale].refusals[refusal.reason], ...rest].join(' ')
  }
  const sentence = statementOf(pages, { state, channel }).sentence(organization)
  return extension && !isFinal(of)
    ? `${sentence} ${LANGUAGES[locale].extensions[extension.reason]}`
    : sentence
}

/** What has not been carried out, as its person is told: those who asked, and those who did not. */
export const statementOf = (
  { states, unasked }: PageTexts,
  { state, channel }: { readonly state: keyof PageTexts['states']; readonly channel: Channel },
): Statement =>
  channel === 'retention' && (state === 'scheduled' || state === 'withdrawn') ? unasked[state] : states[state]

/** The text of a word of the configuration; a word that has left it since stands for itself. */
export const wording = (
  texts: Readonly<Record<string, Localized>>,
  { word, locale }: { readonly word: string; readonly locale: Locale },
): string => texts[word]?.[locale] ?? word

type CompletionText =
  | 'nothingFound'
  | 'platform'
  | 'erased'
  | 'redacted'
  | 'retained'
  | 'accountRemains'
  | 'backupsUnknown'

/** Each sentence only where it is true: nothing is called deleted because a request is complete. */
function completion(
  { erased, redacted, retained, backupsExpireAt }: Outcome,
  { found, scope }: { readonly found: boolean; readonly scope: Scope },
): readonly CompletionText[] {
  if (!found) return ['nothingFound']
  const changed = erased.length + redacted.length > 0
  const said: CompletionText[] = []
  // All of what came from Meta is called deleted only where nothing of it is kept.
  if (erased.length > 0) said.push(scope === 'platform' && retained.length === 0 ? 'platform' : 'erased')
  else if (redacted.length > 0) said.push('redacted')
  if (retained.length > 0) said.push('retained')
  if (scope === 'platform') said.push('accountRemains')
  if (changed && backupsExpireAt === undefined) said.push('backupsUnknown')
  return said
}
