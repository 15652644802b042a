/** The pages on which a person asks for a deletion by email, confirms it, or takes it back. */
import { LANGUAGES } from '../languages/languages.ts'
import { type Html, html } from '../platform/html.ts'
import { hrefOf, type Page, type Reader } from './page.ts'
import { whatHappens } from './what-happens.ts'

/** @param unusable The address that was typed cannot be used: the form says so. */
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

/** The answer to the form: the same for every address. */
export function requestedPage({ config, locale }: Reader): Page {
  const { title, received } = LANGUAGES[locale].pages.requestForm
  return {
    title,
    isAnswer: true,
    main: html`<h1>${title}</h1>
${received.map((sentence) => html`<p>${sentence(config.organization)}</p>\n`)}`,
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

export interface ConsentOptions {
  readonly use: 'confirm' | 'withdraw'
  /** Proves that this page was opened before its button is pressed. */
  readonly nonce: string
  /** The button was pressed without the box, or too late. */
  readonly isMissing?: boolean
}

/**
 * `/confirm/{token}` and `/withdraw/{token}`: what will happen, a box to tick, a button. Opening one changes nothing. The
 * form is posted to the address of its page.
 */
export function consentPage(reader: Reader, { use, nonce, isMissing = false }: ConsentOptions): Page {
  const { config, locale } = reader
  const texts = LANGUAGES[locale].pages
  const { title, intro, box, button, missing } = texts[use]
  return {
    title,
    main: html`<h1>${title}</h1>
${isMissing && html`<p class="said" role="alert">${missing}</p>\n`}<p>${intro(config.organization)}</p>
${use === 'confirm' && html`${whatHappens(reader)}<p>${texts.confirm.kept}</p>\n`}<form method="post">
<input type="hidden" name="nonce" value="${nonce}">
<p><label class="tick"><input type="checkbox" name="agreed" value="yes" required> ${box}</label></p>
<button type="submit">${button}</button>
</form>`,
  }
}
