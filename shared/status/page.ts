/** The frame of every page, in the reader's language, and what a browser may do with it. */
import type { StatusConfig } from '../config/function-config.ts'
import type { Locale } from '../data-map/data-map.ts'
import { LANGUAGES } from '../languages/languages.ts'
import type { FailureWord } from '../languages/page-texts.ts'
import { type Html, html } from '../platform/html.ts'
import { styleOf } from './style.ts'

export interface Reader {
  readonly config: StatusConfig
  readonly locale: Locale
  /** The language chosen by `?lang=`: links keep it. */
  readonly chosen?: Locale | undefined
  /** The path of the public URL, which every path of ours begins with; mostly empty. */
  readonly base: string
}

export interface Page {
  readonly title: string
  readonly main: Html
  /** It answers a form: its address has no page in another language to link to. */
  readonly isAnswer?: true
}

export const pageHeaders = ({ config: { organization } }: Reader) => ({
  'content-security-policy': [
    "default-src 'none'",
    `style-src '${styleOf(organization.colour).hash}'`,
    ...(organization.logo === undefined ? [] : ['img-src data:']),
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
})

export function renderPage(reader: Reader, { title, main, isAnswer }: Page): string {
  const { config, locale } = reader
  const { organization } = config
  return html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title} · ${organization.name}</title>
<style>${styleOf(organization.colour).css}</style>
</head>
<body>
<header>
<a href="${hrefOf(reader, '/')}">${organization.logo !== undefined && html`<img src="${organization.logo}" alt="">`}<span>${organization.name}</span></a>
${config.locales.length > 1 && !isAnswer && languages(reader)}
</header>
<main>
${main}
</main>
<footer>
<address>
<strong>${organization.name}</strong><br>
${organization.postalAddress}<br>
${mailLink(organization.contactEmail)}<br>
<a href="tel:${organization.phone.replace(/[^+\d]/g, '')}">${organization.phone}</a>
</address>
<p><a href="${organization.privacyPolicyUrl}" rel="noreferrer">${LANGUAGES[locale].pages.privacyPolicy}</a></p>
</footer>
</body>
</html>
`.toString()
}

/** A link to a path of ours, in the language that the reader chose. */
export const hrefOf = ({ base, chosen }: Pick<Reader, 'base' | 'chosen'>, path: string): string =>
  `${base}${path}${chosen ? `?lang=${chosen}` : ''}`

/** A link to this page: its query alone, so that the page never repeats the address that was asked for. */
export const hereWith = (
  { chosen }: Pick<Reader, 'chosen'>,
  query: Readonly<Record<string, string>> = {},
): string => `?${new URLSearchParams({ ...(chosen && { lang: chosen }), ...query }).toString()}`

export const mailLink = (address: string): Html => html`<a href="mailto:${encodeURI(address)}">${address}</a>`

/** A template of a section: `id` is of its heading, which names it. */
export const section =
  (id: string, heading: string) =>
  (strings: TemplateStringsArray, ...values: readonly unknown[]): Html =>
    html`<section aria-labelledby="${id}">
<h2 id="${id}">${heading}</h2>
${html(strings, ...values)}
</section>`

/** Leads to the status page of a code. */
export const codeForm = ({ base, chosen, locale }: Reader): Html => {
  const { label, hint, button } = LANGUAGES[locale].pages.codeField
  return html`<form action="${base}/status" method="get">
<label for="code">${label}</label>
<div class="field">
<input id="code" name="code" type="text" required autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="hint">
${chosen && html`<input type="hidden" name="lang" value="${chosen}">`}
<button type="submit">${button}</button>
</div>
<p class="soft" id="hint">${hint}</p>
</form>`
}

/** The page of a failure: the same for every address. */
export function failurePage(reader: Reader, word: FailureWord): Page {
  const { failures, home } = LANGUAGES[reader.locale].pages
  const { headline, sentence } = failures[word]
  return {
    title: headline,
    main: html`<h1>${headline}</h1>
<p class="said">${sentence(reader.config.organization)}</p>
${section('check', home.check)`${codeForm(reader)}`}`,
  }
}

const languages = (
  reader: Reader,
): Html => html`<nav aria-label="${LANGUAGES[reader.locale].pages.languages}"><ul>
${reader.config.locales.map(
  (other) =>
    html`<li><a href="${hereWith({ chosen: other })}" lang="${other}" hreflang="${other}"${other === reader.locale && html` aria-current="true"`}>${LANGUAGES[other].pages.language}</a></li>`,
)}
</ul></nav>`
