/** What a reader sees instead of a page: one for each failure, the same for every address. */

import { LANGUAGES } from '../languages/languages.ts'
import type { FailureWord } from '../languages/page-texts.ts'
import { html } from '../platform/html.ts'
import { codeForm, type Page, type Reader } from './page.ts'

export function failurePage(reader: Reader, word: FailureWord): Page {
  const { failures, home } = LANGUAGES[reader.locale].pages
  const { headline, sentence } = failures[word]
  return {
    title: headline,
    main: html`<h1>${headline}</h1>
<p class="said">${sentence(reader.config.organization)}</p>
<section aria-labelledby="check">
<h2 id="check">${home.check}</h2>
${codeForm(reader)}
</section>`,
  }
}
