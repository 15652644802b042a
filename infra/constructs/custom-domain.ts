/** A domain of the company's own. */
export interface CustomDomain {
  /** Such as `delete.example.com`. */
  readonly name: string
  /** The ARN of a certificate for it, in the stack's own region. */
  readonly certificateArn: string
}
