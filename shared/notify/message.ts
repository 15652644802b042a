/** Writes a mail: the same as text and as HTML, in each language that the person may read. */
import type { NotifyConfig } from '../config/function-config.ts'
import type { Locale } from '../data-map/data-map.ts'
import { LANGUAGES, wording } from '../languages/languages.ts'
import type { MailTexts } from '../languages/mail-texts.ts'
import { type Dates, datesIn } from '../platform/dates.ts'
import { type Html, html } from '../platform/html.ts'
import { dayOf } from '../platform/time.ts'
import type { MailKind } from '../requests/mail-kinds.ts'
import type { DeletionRequest } from '../requests/request.ts'

export type Message = Readonly<Record<'subject' | 'text' | 'html', string>>

/** The facts that a mail may state. */
export interface Occasion
  extends Pick<NotifyConfig, 'organization' | 'categories' | 'erased' | 'reasons'>,
    Pick<DeletionRequest, 'dueAt' | 'extension' | 'refusal' | 'outcome'> {
  readonly code: string
  readonly statusUrl: string
  /** In `confirm`. */
  readonly confirmUrl?: string
  readonly linkEndsAt?: Date
  /** In `upcoming`: when the person was last a customer, or active. */
  readonly since?: Date
  /** In `upcoming`, and in `confirmed` where the deletion does not begin at once. */
  readonly startsAt?: Date
  /** In `confirmed`, as long as the request can be taken back. */
  readonly withdrawUrl?: string
}

/** A paragraph, a link, or a list. */
type Piece =
  | string
  | { readonly lead: string; readonly url: string }
  | { readonly lead: string; readonly items: readonly string[] }

export function messageOf(kind: MailKind, occasion: Occasion, locales: readonly Locale[]): Message {
  const parts = locales.map((locale) => ({ locale, pieces: piecesOf(kind, occasion, locale) }))
  return {
    subject: locales
      .map((locale) => LANGUAGES[locale].mails.subjects[kind](occasion.organization))
      .join(' / '),
    text: parts.map(({ pieces }) => pieces.map(asText).join('\n\n')).join(`\n\n${'-'.repeat(40)}\n\n`),
    html: page(parts.map(({ locale, pieces }) => html`<div lang="${locale}">${pieces.map(asHtml)}</div>`)),
  }
}

function piecesOf(kind: MailKind, occasion: Occasion, locale: Locale): readonly Piece[] {
  const { organization, code, statusUrl } = occasion
  const texts = LANGUAGES[locale].mails
  const pieces = PIECES[kind](occasion, { texts, locale, dates: datesIn(locale, organization.timeZone) })
  return [
    ...pieces.filter((piece) => piece !== undefined && piece !== false),
    `${texts.code} ${code}`,
    { lead: texts.status, url: statusUrl },
    texts.closing(organization),
  ]
}

interface Language {
  readonly texts: MailTexts
  readonly locale: Locale
  readonly dates: Dates
}
type WritePieces = (occasion: Occasion, language: Language) => readonly (Piece | false | undefined)[]

const PIECES: Readonly<Record<MailKind, WritePieces>> = {
  confirm: ({ organization, confirmUrl, linkEndsAt, ...deletion }, { texts: { confirm }, locale, dates }) => [
    confirm.asked(organization),
    confirmUrl !== undefined && { lead: confirm.link, url: confirmUrl },
    linkEndsAt && confirm.linkEnds(dates.moment(linkEndsAt.toISOString())),
    { lead: confirm.what, items: erasedBy(deletion, locale) },
    confirm.kept,
    confirm.notYou,
  ],
  confirmed: ({ organization, startsAt, dueAt, withdrawUrl }, { texts: { confirmed }, dates }) => [
    confirmed.thanks(organization),
    startsAt ? confirmed.starts(dates.moment(startsAt.toISOString())) : confirmed.startsNow,
    confirmed.due(dates.day(dueAt.toISOString())),
    withdrawUrl !== undefined && { lead: confirmed.withdraw, url: withdrawUrl },
  ],
  done: ({ organization, outcome, categories, reasons }, { texts: { done }, locale, dates }) => {
    const { erased = [], redacted = [], retained = [], backupsExpireAt } = outcome ?? {}
    const line = ({ category, items }: { readonly category: string; readonly items: number }): string =>
      `${wording(categories, { word: category, locale })}: ${new Intl.NumberFormat(locale).format(items)}`
    if (erased.length + redacted.length + retained.length === 0) {
      return [done.nothingFound(organization), done.otherAddress(organization)]
    }
    const hasChanged = erased.length + redacted.length > 0
    return [
      done.done(organization),
      listed(done.erased, erased.map(line)),
      listed(done.redacted, redacted.map(line)),
      listed(
        done.retained,
        retained.map((kept) =>
          done.keptUntil(
            line(kept),
            wording(reasons, { word: kept.reason, locale }),
            kept.until === undefined ? undefined : dates.calendarDay(dayOf(kept.until)),
          ),
        ),
      ),
      hasChanged &&
        (backupsExpireAt === undefined ? done.backupsUnknown : done.backups(dates.day(backupsExpireAt))),
      done.otherAddress(organization),
    ]
  },
  extended: ({ organization, dueAt, extension }, { texts: { extended, complain }, locale, dates }) => [
    extended.extended(organization),
    extension && LANGUAGES[locale].extensions[extension.reason],
    extended.due(dates.day(dueAt.toISOString())),
    complain(organization),
  ],
  refused: ({ organization, refusal }, { texts: { refused, complain }, locale }) => [
    ...(refusal
      ? [refused.decided(organization), LANGUAGES[locale].refusals[refusal.reason]]
      : [refused.refused(organization)]),
    complain(organization),
  ],
  upcoming: ({ organization, since, startsAt, ...deletion }, { texts: { upcoming }, locale, dates }) => [
    upcoming.policy(organization),
    since && upcoming.since(dates.day(since.toISOString())),
    startsAt && upcoming.begins(dates.day(startsAt.toISOString())),
    listed(upcoming.what, erasedBy(deletion, locale)),
    upcoming.kept,
    upcoming.nothingToDo,
    upcoming.wrong(organization),
    { lead: upcoming.privacyPolicy, url: organization.privacyPolicyUrl },
  ],
  answered: ({ organization }, { texts: { answered, complain } }) => [
    answered.answered(organization),
    complain(organization),
  ],
}

const erasedBy = ({ erased, categories }: Pick<Occasion, 'erased' | 'categories'>, locale: Locale) =>
  erased.map((word) => wording(categories, { word, locale }))

const listed = (lead: string, items: readonly string[]): Piece | false => items.length > 0 && { lead, items }

const asText = (piece: Piece): string =>
  typeof piece === 'string'
    ? piece
    : 'url' in piece
      ? `${piece.lead}\n${piece.url}`
      : [piece.lead, ...piece.items.map((item) => `- ${item}`)].join('\n')

const asHtml = (piece: Piece): Html =>
  typeof piece === 'string'
    ? html`<p>${piece}</p>\n`
    : 'url' in piece
      ? html`<p>${piece.lead}<br><a href="${piece.url}">${piece.url}</a></p>\n`
      : html`<p>${piece.lead}</p>\n<ul>${piece.items.map((item) => html`<li>${item}</li>`)}</ul>\n`

/** With hardly any style, which is left to the reader's mail program. */
const page = (parts: readonly Html[]): string =>
  html`<!doctype html>
<html><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head>
<body style="font-family:sans-serif;line-height:1.5;max-width:40em">
${parts.flatMap((part, n) => (n === 0 ? [part] : [html`<hr>`, part]))}
</body></html>
`.toString()
