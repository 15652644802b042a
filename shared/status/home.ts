/** `/`: whose page this is, how to ask, what is deleted and what is kept, and the way to a request's status. */
import type { MetaApp } from '../config/define.ts'
import { LANGUAGES } from '../languages/languages.ts'
import { type Html, html } from '../platform/html.ts'
import { codeForm, mailLink, type Page, type Reader } from './page.ts'
import { requestForm } from './request-pages.ts'
import { lengthOf, whatHappens } from './what-happens.ts'

export function homePage(reader: Reader): Page {
  const { organization, requestAddress, routes, promises } = reader.config
  const { home } = LANGUAGES[reader.locale].pages
  const hasForm = routes.includes('POST /request')
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
${hasForm && byForm(reader)}<section aria-labelledby="check">
<h2 id="check">${home.check}</h2>
${codeForm(reader)}
</section>
<section aria-labelledby="lost">
<h2 id="lost">${home.lost}</h2>
<p>${home.lostFromFacebook}</p>
${(hasForm || requestAddress !== undefined) && html`<p>${home.lostByEmail}</p>\n`}</section>
${whatHappens(reader)}${promises.platformOnly.length > 0 && platformOnly(reader)}<section aria-labelledby="long">
<h2 id="long">${home.howLong}</h2>
<p>${home.doneWithin(lengthOf(promises.within, reader))}</p>
</section>
<section aria-labelledby="rights">
<h2 id="rights">${home.rights}</h2>
<p>${home.rightsHow(organization)}</p>
<p>${mailLink(organization.contactEmail)}</p>
</section>`,
  }
}

function byForm(reader: Reader): Html {
  const { home } = LANGUAGES[reader.locale].pages
  return html`<section aria-labelledby="form">
<h2 id="form">${home.byForm}</h2>
<p>${home.byFormHow}</p>
${requestForm(reader)}
</section>
`
}

/** Names the products whose requests reach only the data that came from them. */
function platformOnly({ config: { organization, promises }, locale }: Reader): Html {
  const products = promises.platformOnly.map((product) => PRODUCTS[product])
  const listed = new Intl.ListFormat(locale).format(products)
  return html`<p>${LANGUAGES[locale].pages.home.platformOnly(listed)(organization)}</p>\n`
}

const PRODUCTS: Readonly<Record<MetaApp['product'], string>> = {
  facebook: 'Facebook',
  instagram: 'Instagram',
  threads: 'Threads',
}
