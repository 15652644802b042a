/** Encodes a mail (RFC 5322, MIME) and marks it as sent automatically (RFC 3834). */
import MailComposer from 'nodemailer/lib/mail-composer'
import type { Locale } from '../data-map/data-map.ts'
import type { Message } from './message.ts'

export interface Envelope {
  readonly from: string
  /** The display name of `from`. */
  readonly name: string
  readonly to: string
  /** @default `from` */
  readonly replyTo?: string | undefined
  readonly date: Date
  /** It answers a person who asked, rather than a rule that tells them. */
  readonly isAnswer: boolean
  /** The Message-ID that is answered, without angle brackets. */
  readonly inReplyTo?: string | undefined
  readonly locales: readonly Locale[]
}

export function mimeOf({ subject, text, html }: Message, envelope: Envelope): Promise<Buffer> {
  const { from, name, to, replyTo, date, isAnswer, inReplyTo, locales } = envelope
  return new MailComposer({
    from: { name, address: from },
    to: { name: '', address: to },
    ...(replyTo !== undefined && { replyTo: { name, address: replyTo } }),
    subject,
    text,
    html,
    date,
    ...(inReplyTo !== undefined && { inReplyTo: `<${inReplyTo}>`, references: [`<${inReplyTo}>`] }),
    headers: {
      'Auto-Submitted': isAnswer ? 'auto-replied' : 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'Content-Language': locales.join(', '),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build()
}
