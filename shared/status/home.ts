/** `/`: whose page this is, how to ask, what is deleted and what is kept, and the way to a request's status. */
import type { MetaApp } from '../config/define.ts'
import { LANGUAGES } from '../languages/languages.ts'
import { type Html, html } from '../platform/html.ts'
import { codeForm, mailLink, type Page, type Reader, section } from './page.ts'
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
${section('facebook', home.fromFacebook)`<p>${home.fromFacebookWhen(organization)}</p>
<ol>
${home.steps.map((step) => html`<li>${step(organization)}</li>\n`)}</ol>`}
${section('email', home.byEmail)`<p>${requestAddress === undefined ? home.byEmailHow : home.byRequestMail}</p>
<p>${mailLink(requestAddress ?? organization.contactEmail)}</p>`}
${hasForm && byForm(reader)}${section('check', home.check)`${codeForm(reader)}`}
${section('lost', home.lost)`<p>${home.lostFromFacebook}</p>${(hasForm || requestAddress !== undefined) && html`\n<p>${home.lostByEmail}</p>`}`}
${whatHappens(reader)}${promises.platformOnly.length > 0 && platformOnly(reader)}${section('long', home.howLong)`<p>${home.doneWithin(lengthOf(promises.within, reader))}</p>`}
${section('rights', home.rights)`<p>${home.rightsHow(organization)}</p>
<p>${mailLink(organization.contactEmail)}</p>`}`,
  }
}

function byForm(reader: Reader): Html {
  const { home } = LANGUAGES[reader.locale].pages
  return html`${section('form', home.byForm)`<p>${home.byFormHow}</p>
${requestForm(reader)}`}
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
