/** The form that asks for a deletion by email, and the answer to it, which is the same whoever asks. */

import { LANGUAGES } from '../languages/languages.ts'
import { type Html, html } from '../platform/html.ts'
import { hrefOf, type Page, type Reader } from './page.ts'

/** @param unusable Says that what was typed is no address. */
export function requestForm(reader: Reader, { unusable = false } = {}): Html {
  const { label, button, unusable: message } = LANGUAGES[reader.locale].pages.requestForm
  const described = unusable && html` aria-invalid="true" aria-describedby="unusable"`
  return html`<form action="${hrefOf(reader, '/request')}" method="post">
<label for="address">${label}</label>
<div class="field">
<input id="address" name="email" type="email" required autocomplete="email"${described}>
<button type="submit">${button}</button>
</div>
${unusable && html`<p class="soft" id="unusable" role="alert">${message}</p>\n`}</form>`
}

export function requestedPage({ literals, locale }: Reader): Page {
  const { title, received } = LANGUAGES[locale].pages.requestForm
  return {
    title,
    isAnswer: true,
    main: html`<h1>${title}</h1>
${received.map((sentence) => html`<p>${sentence(literals.organization)}</p>\n`)}`,
  }
}

export function unusableAddressPage(reader: Reader): Page {
  const { byForm, byFormHow } = LANGUAGES[reader.locale].pages.home
  return {
    title: byForm,
    isAnswer: true,
    main: html`<h1>${byForm}</h1>
<p>${byFormHow}</p>
${requestForm(reader, { unusable: true })}`,
  }
}
