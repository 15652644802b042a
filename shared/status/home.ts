/** `/`: who runs this, how to ask, and the way to a request's status. */
import { html } from './html.ts'
import { codeForm, mailLink, type Page, type Reader } from './page.ts'
import { TEXTS } from './texts.ts'

export function homePage(reader: Reader): Page {
  const { organization } = reader.literals
  const { home } = TEXTS[reader.locale]
  return {
    title: home.title,
    main: html`<h1>${home.title}</h1>
<p>${home.intro(organization)}</p>
<section aria-labelledby="facebook">
<h2 id="facebook">${home.fromFacebook}</h2>
<p>${home.fromFacebookWhen(organization)}</p>
<ol>
${home.steps.map((step) => html`<li>${step(organization)}</li>\n`)}</ol>
</section>
<section aria-labelledby="email">
<h2 id="email">${home.byEmail}</h2>
<p>${home.byEmailHow}</p>
<p>${mailLink(organization.contactEmail)}</p>
</section>
<section aria-labelledby="check">
<h2 id="check">${home.check}</h2>
${codeForm(reader)}
</section>`,
  }
}
