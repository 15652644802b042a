/** `/status/{code}`: where a request stands, and in the end what was done, what is kept and why. */
import type { Organization } from '../config/define.ts'
import { LANGUAGES, wording } from '../languages/languages.ts'
import type { PageTexts, Plural } from '../languages/page-texts.ts'
import { type Dates, datesIn } from '../platform/dates.ts'
import { type Html, html } from '../platform/html.ts'
import type { Ending, Tally } from '../requests/outcome.ts'
import { complaintSection } from './complaints.ts'
import type { StatusDetails } from './details.ts'
import { hereWith, hrefOf, mailLink, type Page, type Reader, section } from './page.ts'
import { type Kept, type StatusView, statementOf } from './view.ts'

/** How often a page that refreshes by itself is loaded. */
export const REFRESH_SECONDS = 30

export function statusPage(reader: Reader, view: StatusView, details: StatusDetails): Page {
  const { organization } = reader.config
  const texts = LANGUAGES[reader.locale].pages
  const { status } = texts
  const dates = datesIn(reader.locale, organization.timeZone)
  return {
    title: status.title,
    main: html`<h1>${headline(view, texts)}</h1>
<p class="said">${view.explanation}</p>
${details.isOverdue && html`<p>${status.overdue(organization)}</p>\n`}${details.isEnded || refreshing(reader, details)}
${list(reader, 'erased', view.erased)}
${list(reader, 'redacted', view.redacted)}
${list(reader, 'retained', view.retained, details.endings)}
${told(texts, organization, details.toldRecipients)}
${view.backupsExpireAt && section('backups', status.backups)`<p>${status.backupsExpire(dates.day(view.backupsExpireAt))}</p>`}
${section('dates', status.dates)`<ol class="steps" role="list">
${timeline(view, details, { status, dates })}</ol>
<p class="soft">${status.timeZone(dates.zone)}</p>`}
${section('code', status.code)`<p><code>${view.code}</code></p>
<p class="soft">${status.keepAddress}</p>`}
${details.isEnded && keep(reader, view, details)}${complaintSection(reader, { ...details, code: view.code })}
${section('contact', status.contact)`<p>${status.complain(organization)}</p>
<p>${mailLink(organization.contactEmail)}</p>
<p><a href="${hrefOf(reader, '/')}">${status.askAgain}</a></p>`}`,
  }
}

function headline({ state, found, channel }: StatusView, pages: PageTexts): string {
  const { completed } = pages
  if (state === 'completed_with_retention') return completed.headlineKept
  if (state !== 'completed') return statementOf(pages, { state, channel }).headline
  return found ? completed.headline : completed.nothingFound.headline
}

function refreshing(reader: Reader, { isLive }: StatusDetails): Html {
  const { status } = LANGUAGES[reader.locale].pages
  if (isLive) {
    return html`<p>${status.refreshesByItself(REFRESH_SECONDS)}</p>
<p class="links"><a href="${hereWith(reader)}">${status.stopRefreshing}</a></p>`
  }
  return html`<p class="links"><a href="${hereWith(reader)}">${status.refresh}</a>
<a href="${hereWith(reader, { live: '1' })}">${status.refreshByItself(REFRESH_SECONDS)}</a></p>`
}

/** While the request is open, the last step is its due day; afterwards, its end. */
function timeline(
  view: StatusView,
  { isEnded, confirmBy, beginsOn, answersUntil }: StatusDetails,
  { status, dates }: { readonly status: PageTexts['status']; readonly dates: Dates },
): readonly (Html | false | undefined)[] {
  const { receivedAt, updatedAt, dueAt, completedAt } = view
  const step = (name: string, iso: string, text: string, ahead: boolean): Html =>
    html`<li${ahead && html` class="ahead"`}><span>${name}</span> <time datetime="${iso}">${text}</time></li>\n`
  const moment = (name: string, iso: string, ahead = false) => step(name, iso, dates.moment(iso), ahead)
  const day = (name: string, iso: string) => step(name, iso, dates.day(iso), true)
  return [
    moment(status.received, receivedAt),
    confirmBy !== undefined && moment(status.confirmBy, confirmBy, true),
    beginsOn !== undefined && moment(status.beginsOn, beginsOn, true),
    completedAt !== undefined
      ? moment(status.completed, completedAt)
      : isEnded
        ? moment(status.ended, updatedAt)
        : day(status.due, dueAt),
    answersUntil !== undefined && day(status.answersUntil, answersUntil),
  ]
}

function keep(reader: Reader, { code }: StatusView, { hasReceipt }: StatusDetails): Html {
  const { status } = LANGUAGES[reader.locale].pages
  const receipt = html`
<p>${status.receiptHow}</p>
<p class="links"><a href="${reader.base}/status/${code}/receipt" type="application/jose" download>${status.receipt}</a></p>`
  return html`${section('keep', status.keepAnswer)`<p>${status.keepAnswerHow}</p>${hasReceipt && receipt}`}\n`
}

function list(
  reader: Reader,
  name: 'erased' | 'redacted' | 'retained',
  tallies: readonly (Tally & Partial<Kept>)[] = [],
  endings: StatusDetails['endings'] = [],
): Html | undefined {
  if (tallies.length === 0) return undefined
  const { config, locale } = reader
  const { completed, status } = LANGUAGES[locale].pages
  const meaning = name === 'redacted' && html`<p class="soft">${completed.redactedMeans}</p>\n`
  return section(name, completed.lists[name])`${meaning}<ul class="list" role="list">
${tallies.map(
  ({ category, items, because, until }, at) => html`<li>
<div class="row"><span>${wording(config.categories, { word: category, locale })}</span> <span>${count(items, status.items, locale)}</span></div>
${because !== undefined && html`<p>${because}</p>\n`}${howItEnds(reader, until, endings[at])}</li>
`,
)}</ul>`
}

/** Each way in which a group ends, in the order of the receipt. */
function howItEnds(
  { config: { organization }, locale }: Reader,
  until: string | undefined,
  endings: readonly Ending[] = [],
): Html | undefined {
  const { status } = LANGUAGES[locale].pages
  const { owner, operator, byItself } = status.ends
  const ends = endings.map((end) =>
    end.by === 'owner' ? owner(end.owner) : end.by === 'operator' ? operator(organization) : byItself,
  )
  const day = until && datesIn(locale, organization.timeZone).calendarDay(until)
  const sentences = day ? [status.until(day), ...ends] : ends
  return sentences.length > 0 ? html`<p class="soft">${sentences.join(' ')}</p>\n` : undefined
}

const told = ({ status }: PageTexts, organization: Organization, names: readonly string[]): Html | false =>
  names.length > 0 &&
  section('told', status.told)`<p>${status.toldHow(organization)}</p>
<ul class="list" role="list">
${names.map((name) => html`<li>${name}</li>\n`)}</ul>`

/** `12 items`, `1 mục`: in the language's own plural. */
const count = (items: number, plural: Plural, locale: string): string =>
  `${new Intl.NumberFormat(locale).format(items)} ${plural[new Intl.PluralRules(locale).select(items)] ?? plural.other}`
