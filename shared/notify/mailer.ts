/** The port to the service that sends our mails. */
export interface Mail {
  readonly raw: Uint8Array
  readonly from: string
  readonly to: string
  /** Repeated in every report about the mail. */
  readonly tags: Readonly<Record<string, string>>
}

export interface Mailer {
  /**
   * Hands one mail over.
   *
   * @returns The id that the service gave it.
   * @throws {@link NotAccepted} when it certainly was not accepted; after any other error that is unknown.
   */
  send(mail: Mail): Promise<{ readonly messageId: string }>
}

/** Certainly not accepted: `rejected` for good, or `try_later` while there is too much mail, or sending is paused. */
export class NotAccepted extends Error {
  override readonly name = 'NotAccepted'
  readonly why: 'rejected' | 'try_later'

  constructor(why: 'rejected' | 'try_later', options?: ErrorOptions) {
    super(`the mail was not accepted: ${why}`, options)
    this.why = why
  }
}
