/** What becomes of a message: a table, the first line that holds decides. */
import type { Locale } from '../data-map/data-map.ts'
import { type AutomaticSign, isRobot } from './automatic.ts'
import { localesOf } from './language.ts'
import type { ParsedMail } from './parse.ts'

/** SES's words for what it found out about a message. */
export type Verdict = 'PASS' | 'FAIL' | 'GRAY' | 'PROCESSING_FAILED'
export interface Verdicts {
  readonly spam: Verdict
  readonly virus: Verdict
  readonly dmarc: Verdict
}

/** `drop`: not even looked at. `silent`: no answer may ever go out. `refuse`: there is nobody to answer. */
export type Judgement =
  | {
      readonly is: 'answer'
      readonly address: string
      readonly locales: readonly Locale[]
      readonly messageId?: string
      readonly references: readonly string[]
    }
  | { readonly is: 'drop'; readonly why: 'virus' | 'spam' }
  | { readonly is: 'silent'; readonly why: SilentReason }
  | {
      readonly is: 'refuse'
      readonly why: 'no_sender' | 'several_senders' | 'group_sender' | 'unusable_sender'
    }

export type SilentReason = AutomaticSign | 'dmarc_fail' | 'empty_return_path' | 'robot' | 'own_address'

export interface JudgedBy {
  /** Of SES's event alone: a header that claims one is anybody's. */
  readonly verdicts: Verdicts
  /** Of the envelope; unknown where the event is lost. */
  readonly returnPath: string | undefined
  readonly ownAddress: string
  /** Those that answers are written in. */
  readonly locales: readonly Locale[]
}

export function judge(mail: ParsedMail, by: JudgedBy): Judgement {
  const { verdicts, returnPath, ownAddress, locales } = by
  const { sender, automatic, references, messageId } = mail
  if (verdicts.virus === 'FAIL') return { is: 'drop', why: 'virus' }
  if (verdicts.spam === 'FAIL') return { is: 'drop', why: 'spam' }
  if (verdicts.dmarc === 'FAIL') return { is: 'silent', why: 'dmarc_fail' }
  if (returnPath !== undefined && /^<?\s*>?$/.test(returnPath))
    return { is: 'silent', why: 'empty_return_path' }
  if (automatic) return { is: 'silent', why: automatic }
  if (sender.is !== 'one') return { is: 'refuse', why: NOBODY[sender.is] }
  const { address } = sender
  if (address === ownAddress) return { is: 'silent', why: 'own_address' }
  if (isRobot(address)) return { is: 'silent', why: 'robot' }
  return {
    is: 'answer',
    address,
    locales: localesOf(mail.contentLanguage, mail.words, locales),
    ...(messageId !== undefined && { messageId }),
    references,
  }
}

const NOBODY = {
  none: 'no_sender',
  several: 'several_senders',
  group: 'group_sender',
  unusable: 'unusable_sender',
} as const
