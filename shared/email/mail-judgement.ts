/** Whether a message is answered: a table of rules, of which the first that holds decides. */
import type { Locale } from '../data-map/data-map.ts'
import { LANGUAGES } from '../languages/languages.ts'
import type { AutomaticSign, ParsedMail, Sender } from './parse.ts'

/** SES's words for what it found out about a message. */
export type Verdict = 'PASS' | 'FAIL' | 'GRAY' | 'PROCESSING_FAILED'
export type Verdicts = Readonly<Record<'spam' | 'virus' | 'dmarc', Verdict>>

/** `drop`: not even looked at. `silent`: no answer may ever go out. `refuse`: there is nobody to answer. */
export type Judgement =
  | {
      readonly is: 'answer'
      readonly address: string
      readonly typed: string
      readonly locales: readonly Locale[]
      readonly messageId?: string
      readonly references: readonly string[]
    }
  | { readonly is: 'drop'; readonly why: 'virus' | 'spam' }
  | { readonly is: 'silent'; readonly why: SilentReason }
  | { readonly is: 'refuse'; readonly why: Exclude<Sender['is'], 'one'> }

export type SilentReason = AutomaticSign | 'dmarc_fail' | 'empty_return_path' | 'robot' | 'own_address'

export interface JudgedBy {
  /** From SES's event only: anybody can write a header that claims one. */
  readonly verdicts: Verdicts
  /** From the envelope; unknown where the event is lost. */
  readonly returnPath: string | undefined
  readonly ownAddress: string
  /** The languages that answers are written in. */
  readonly locales: readonly Locale[]
}

export function judgeMail(mail: ParsedMail, by: JudgedBy): Judgement {
  const { verdicts, returnPath, ownAddress, locales } = by
  const { sender, automatic, references, messageId } = mail
  if (verdicts.virus === 'FAIL') return { is: 'drop', why: 'virus' }
  if (verdicts.spam === 'FAIL') return { is: 'drop', why: 'spam' }
  if (verdicts.dmarc === 'FAIL') return { is: 'silent', why: 'dmarc_fail' }
  if (returnPath !== undefined && /^<?\s*>?$/.test(returnPath))
    return { is: 'silent', why: 'empty_return_path' }
  if (automatic) return { is: 'silent', why: automatic }
  if (sender.is !== 'one') return { is: 'refuse', why: sender.is }
  const { address, typed } = sender
  if (address === ownAddress) return { is: 'silent', why: 'own_address' }
  if (isRobot(address)) return { is: 'silent', why: 'robot' }
  return {
    is: 'answer',
    address,
    typed,
    locales: localesOf(mail.contentLanguage, mail.words, locales),
    ...(messageId !== undefined && { messageId }),
    references,
  }
}

const ROBOTS = /^(?:mailer-daemon|postmaster|(?:do-?)?not?-?reply|donotreply|bounces?|abuse)(?:[+._-].*)?$/

/** An address whose mail is read by no person. */
const isRobot = (address: string): boolean => ROBOTS.test(address.slice(0, address.lastIndexOf('@')))

/** The languages of an answer: by `Content-Language` (RFC 3282), else by the text; all where that is unclear. */
function localesOf(
  contentLanguage: string | undefined,
  text: string,
  locales: readonly Locale[],
): readonly Locale[] {
  const named = locales.find((locale) => contentLanguage?.trim().toLowerCase().startsWith(locale) === true)
  if (named) return [named]
  const normal = text.normalize('NFC')
  const counts = locales.map((locale) => {
    const matches = LANGUAGES[locale].signs.flatMap((sign) => normal.match(sign) ?? [])
    return { locale, signs: matches.length }
  })
  const clear = counts.filter((one) =>
    counts.every((other) => other === one || one.signs > 2 * other.signs + 1),
  )
  return clear.length === 1 ? clear.map(({ locale }) => locale) : locales
}
