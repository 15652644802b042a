/** `/`: who runs this, how to ask, and the way to a request's status. */
import { html } from '../platform/html.ts'
import { codeForm, mailLink, type Page, type Reader } from './page.ts'
import { requestForm } from './request-pages.ts'
import { TEXTS } from './texts.ts'

export function homePage(reader: Reader): Page {
  const { organization, requestAddress, routes } = reader.literals
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
<p>${requestAddress === undefined ? home.byEmailHow : home.byRequestMail}</p>
<p>${mailLink(requestAddress ?? organization.contactEmail)}</p>
</section>
${routes.includes('POST /request') && byForm(reader)}<section aria-labelledby="check">
<h2 id="check">${home.check}</h2>
${codeForm(reader)}
</section>`,
  }
}

function byForm(reader: Reader) {
  const { home } = TEXTS[reader.locale]
  return html`<section aria-labelledby="form">
<h2 id="form">${home.byForm}</h2>
<p>${home.byFormHow}</p>
${requestForm(reader)}
</section>
`
}
