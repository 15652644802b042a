/** The port to whoever carries our mails. */

export interface Mail {
  readonly raw: Uint8Array
  readonly from: string
  readonly to: string
  /** Come back with every report about the mail. */
  readonly tags: Readonly<Record<string, string>>
}

export interface Mailer {
  /**
   * Hands one mail over.
   *
   * @returns The carrier's id of it.
   * @throws {@link NotAccepted} when it certainly was not taken. Any other error: nobody knows.
   */
  send(mail: Mail): Promise<{ readonly messageId: string }>
}

/** Certainly not taken: `rejected` for good, `try_later` because too much is sent just now, or sending is paused. */
export class NotAccepted extends Error {
  override readonly name = 'NotAccepted'
  readonly why: 'rejected' | 'try_later'

  constructor(why: 'rejected' | 'try_later', options?: ErrorOptions) {
    super(`the mail was not accepted: ${why}`, options)
    this.why = why
  }
}
