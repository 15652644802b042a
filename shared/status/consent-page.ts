/** `/confirm/{token}` and `/withdraw/{token}`: what will happen, a box to tick, a button. Opening them changes nothing. */

import { LANGUAGES } from '../languages/languages.ts'
import { html } from '../platform/html.ts'
import type { Page, Reader } from './page.ts'
import { whatHappens } from './what-happens.ts'

export interface ConsentOptions {
  readonly use: 'confirm' | 'withdraw'
  /** Proves that this page was opened before its button is pressed. */
  readonly nonce: string
  /** The button was pressed without the box, or long after. */
  readonly isMissing?: boolean
}

/** The form goes back to the very address of the page. */
export function consentPage(reader: Reader, { use, nonce, isMissing = false }: ConsentOptions): Page {
  const { config, locale } = reader
  const texts = LANGUAGES[locale].pages
  const { title, intro, box, button, missing } = texts[use]
  return {
    title,
    main: html`<h1>${title}</h1>
${isMissing && html`<p class="said" role="alert">${missing}</p>\n`}<p>${intro(config.organization)}</p>
${
  use === 'confirm' &&
  html`${whatHappens(reader)}<p>${texts.confirm.kept}</p>
`
}<form method="post">
<input type="hidden" name="nonce" value="${nonce}">
<p><label class="tick"><input type="checkbox" name="agreed" value="yes" required> ${box}</label></p>
<button type="submit">${button}</button>
</form>`,
  }
}
