/** Complaints on the status page: the form, the complaint that waits, and the answers. */
import { LANGUAGES } from '../languages/languages.ts'
import { type Answered, MOST_CHARACTERS, mayComplain, openComplaint } from '../operations/complaints.ts'
import { datesIn } from '../platform/dates.ts'
import { type Html, html } from '../platform/html.ts'
import type { ConfirmationCode } from '../requests/code.ts'
import type { DeletionRequest } from '../requests/request.ts'
import { hereWith, hrefOf, type Page, type Reader, section } from './page.ts'

/** Its id in the page. */
export const COMPLAINT_SECTION = 'complaint'

/** The complaints of a request as the status page shows them; dates in ISO 8601. */
export interface ComplaintDetails {
  /** When the complaint that waits for its answer was received. */
  readonly openSince?: string
  readonly mayComplain: boolean
  readonly answers: readonly Readonly<Record<'receivedAt' | 'answeredAt' | 'answer', string>>[]
}

export function complaintDetails(
  request: Pick<DeletionRequest, 'complaints'>,
  answered: readonly Answered[],
): ComplaintDetails {
  const open = openComplaint(request)
  return {
    ...(open && { openSince: open.at }),
    mayComplain: mayComplain(request),
    answers: answered.map(({ receivedAt, answeredAt, answer }) => ({
      receivedAt: receivedAt.toISOString(),
      answeredAt: answeredAt.toISOString(),
      answer,
    })),
  }
}

export interface SectionOptions {
  readonly code: ConfirmationCode
  readonly complaints: ComplaintDetails
  /** A page that refreshes by itself has no form: what is typed there would be lost. */
  readonly isLive: boolean
}

export function complaintSection(
  reader: Reader,
  { code, complaints: { openSince, mayComplain, answers }, isLive }: SectionOptions,
): Html {
  const { organization } = reader.config
  const texts = LANGUAGES[reader.locale].pages.status.complaint
  const { moment } = datesIn(reader.locale, organization.timeZone)
  return section(COMPLAINT_SECTION, texts.title)`${answers.map(
    (one) => html`<p>${texts.answered(moment(one.receivedAt), moment(one.answeredAt))}</p>
<blockquote class="said">${one.answer}</blockquote>
`,
  )}${
    openSince !== undefined
      ? html`<p>${texts.received(moment(openSince))}</p>`
      : !mayComplain
        ? html`<p>${texts.usedUp(organization)}</p>`
        : isLive
          ? html`<p class="links"><a href="${hereWith(reader)}#${COMPLAINT_SECTION}">${texts.write}</a></p>`
          : complaintForm(reader, { code })
  }`
}

export interface FormOptions {
  readonly code: ConfirmationCode
  readonly problem?: 'empty' | 'too_long'
  /** The text that was typed, to be corrected. */
  readonly typed?: string
}

function complaintForm(reader: Reader, { code, problem, typed = '' }: FormOptions): Html {
  const { label, hint, button, empty, tooLong } = LANGUAGES[reader.locale].pages.status.complaint
  const most = new Intl.NumberFormat(reader.locale).format(MOST_CHARACTERS)
  return html`<form action="${hrefOf(reader, `/status/${code}/complaint`)}" method="post">
<label for="complaint-text">${label}</label>
<p class="soft" id="complaint-hint">${hint(most)(reader.config.organization)}</p>
${problem && html`<p class="said" id="complaint-problem" role="alert">${problem === 'empty' ? empty : tooLong(most)}</p>\n`}<textarea id="complaint-text" name="text" required aria-describedby="complaint-hint${problem && ' complaint-problem'}"${problem && html` aria-invalid="true"`}>${typed}</textarea>
<button type="submit">${button}</button>
</form>`
}

/** The form once more, with the text that was not accepted. */
export function complaintPage(reader: Reader, options: FormOptions): Page {
  const { title, back } = LANGUAGES[reader.locale].pages.status.complaint
  return {
    title,
    isAnswer: true,
    main: html`<h1>${title}</h1>
${complaintForm(reader, options)}
<p class="links"><a href="${hrefOf(reader, `/status/${options.code}`)}">${back}</a></p>`,
  }
}
