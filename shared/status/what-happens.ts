/** What a deletion erases, redacts and retains: shown before a person asks, and before they confirm. */
import type { IsoDuration } from '../data-map/retention.ts'
import { LANGUAGES, wording } from '../languages/languages.ts'
import { type Html, html } from '../platform/html.ts'
import { duration } from '../platform/time.ts'
import type { Reader } from './page.ts'

export function whatHappens(reader: Reader): Html {
  const { config, locale } = reader
  const { organization, reasons, promises } = config
  const { erased, redacted, retained } = promises
  const { home } = LANGUAGES[locale].pages
  const kept = retained.map(
    ({ category, reason, for: length }) => html`<li>
<strong>${named(reader, category)}</strong>
<p>${wording(reasons, { word: reason, locale })} <span class="soft">${home.keptFor(lengthOf(length, reader))}</span></p>
</li>
`,
  )
  return html`<section aria-labelledby="what">
<h2 id="what">${home.what}</h2>
${erased.length > 0 && html`<p>${home.erased(organization)}</p>\n${words(reader, erased)}`}${redacted.length > 0 && html`<p>${home.redacted}</p>\n${words(reader, redacted)}`}${
  kept.length > 0 &&
  html`<p>${home.retained(organization)}</p>
<ul class="list" role="list">
${kept}</ul>
`
}</section>
`
}

const words = (reader: Reader, categories: readonly string[]): Html => html`<ul>
${categories.map((word) => html`<li>${named(reader, word)}</li>\n`)}</ul>
`

const named = ({ config, locale }: Reader, word: string): string =>
  wording(config.categories, { word, locale })

/** Such as `20 days` or `10 năm`. */
export function lengthOf(iso: IsoDuration, { locale }: Reader): string {
  const lengths = LENGTHS.get(locale) ?? new Intl.DurationFormat(locale, { style: 'long' })
  LENGTHS.set(locale, lengths)
  return lengths.format(duration(iso))
}

/** A formatter takes longer to make than a page. */
const LENGTHS = new Map<string, Intl.DurationFormat>()
