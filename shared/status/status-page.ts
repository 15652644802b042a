/** `/status/{code}`: where a request stands, and in the end what was done, what is kept and why. */

import { type Dates, datesIn } from '../platform/dates.ts'
import { type Html, html } from '../platform/html.ts'
import type { Tally } from '../requests/request.ts'
import { hrefOf, mailLink, type Page, type Reader } from './page.ts'
import { type Plural, TEXTS, type Texts } from './texts.ts'
import { type Kept, type StatusView, wording } from './view.ts'

export function statusPage(reader: Reader, view: StatusView): Page {
  const { organization } = reader.literals
  const texts = TEXTS[reader.locale]
  const dates = datesIn(reader.locale, organization.timeZone)
  return {
    title: texts.status.title,
    main: html`<h1>${headline(view, texts)}</h1>
<p class="said">${view.explanation}</p>
${list(reader, 'erased', view.erased)}
${list(reader, 'redacted', view.redacted)}
${list(reader, 'retained', view.retained, dates)}
${view.backupsExpireAt && backups(texts, dates.day(view.backupsExpireAt))}
<section aria-labelledby="dates">
<h2 id="dates">${texts.status.dates}</h2>
<dl>
${timeline(view, { texts, dates })}</dl>
<p class="soft">${texts.status.timeZone(dates.zone)}</p>
</section>
<section aria-labelledby="code">
<h2 id="code">${texts.status.code}</h2>
<p><code>${view.code}</code></p>
<p class="soft">${texts.status.keepAddress}</p>
</section>
<section aria-labelledby="contact">
<h2 id="contact">${texts.status.contact}</h2>
<p>${texts.status.complain(organization)}</p>
<p>${mailLink(organization.contactEmail)}</p>
<p><a href="${hrefOf(reader, '/')}">${texts.status.askAgain}</a></p>
</section>`,
  }
}

function headline({ state, found }: StatusView, { states, completed }: Texts): string {
  switch (state) {
    case 'completed':
      return found ? completed.headline : completed.nothingFound.headline
    case 'completed_with_retention':
      return completed.headlineKept
    default:
      return states[state].headline
  }
}

/** Done by when, as long as it is open; since when it is not, once it is final. */
function timeline(
  { state, receivedAt, updatedAt, dueAt, completedAt }: StatusView,
  { texts: { status }, dates }: { readonly texts: Texts; readonly dates: Dates },
): readonly Html[] {
  const ended = state === 'refused' || state === 'expired' || state === 'withdrawn'
  return [
    entry(status.received, { iso: receivedAt, text: dates.moment(receivedAt) }),
    completedAt !== undefined
      ? entry(status.completed, { iso: completedAt, text: dates.moment(completedAt) })
      : ended
        ? entry(status.ended, { iso: updatedAt, text: dates.moment(updatedAt) })
        : entry(status.due, { iso: dueAt, text: dates.day(dueAt) }),
  ]
}

const entry = (name: string, { iso, text }: { readonly iso: string; readonly text: string }): Html =>
  html`<dt>${name}</dt><dd><time datetime="${iso}">${text}</time></dd>\n`

/** A list of what was found, by what was done with it; nothing where there is none. */
function list(
  { literals, locale }: Reader,
  name: 'erased' | 'redacted' | 'retained',
  tallies: readonly (Tally & Partial<Kept>)[] = [],
  dates?: Dates,
): Html | undefined {
  if (tallies.length === 0) return undefined
  const { completed, status } = TEXTS[locale]
  return html`<section aria-labelledby="${name}">
<h2 id="${name}">${completed.lists[name]}</h2>
${name === 'redacted' && html`<p class="soft">${completed.redactedMeans}</p>\n`}<ul class="list" role="list">
${tallies.map(
  ({ category, items, because, until }) => html`<li>
<div class="row"><span>${wording(literals.categories, { word: category, locale })}</span> <span>${count(items, { locale, plural: status.items })}</span></div>
${because !== undefined && html`<p>${because}</p>\n`}${until !== undefined && html`<p class="soft">${status.until(dates?.calendarDay(until) ?? until)}</p>\n`}</li>
`,
)}</ul>
</section>`
}

const backups = ({ status }: Texts, day: string): Html => html`<section aria-labelledby="backups">
<h2 id="backups">${status.backups}</h2>
<p>${status.backupsExpire(day)}</p>
</section>`

/** `12 items`, `1 mục`: in the language's own plural. */
const count = (
  items: number,
  { locale, plural }: { readonly locale: string; readonly plural: Plural },
): string =>
  `${new Intl.NumberFormat(locale).format(items)} ${plural[new Intl.PluralRules(locale).select(items)] ?? plural.other}`
