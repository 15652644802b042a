/** Who a message says it is from: the one string that a confirmation goes to, or nobody. */
import { addressParser } from 'postal-mime'
import { addressIn } from '../platform/email-address.ts'

export type Sender =
  | { readonly is: 'one'; readonly address: string }
  | { readonly is: 'none' | 'several' | 'group' | 'unusable' }

/**
 * Reads the values of a message's `From` lines (RFC 5322, 3.6.2): one line with one mailbox, or nobody. Never the display
 * name, `Sender` or `Reply-To`.
 */
export function senderIn(fromLines: readonly string[]): Sender {
  const [line, ...more] = fromLines
  if (line === undefined) return { is: 'none' }
  const [mailbox, ...others] = addressParser(line)
  if (more.length > 0 || others.length > 0) return { is: 'several' }
  if (!mailbox) return { is: 'none' }
  if (mailbox.group) return { is: 'group' }
  const address = addressIn(mailbox.address)
  return address === undefined ? { is: 'unusable' } : { is: 'one', address }
}
