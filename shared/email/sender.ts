/** Who a message says it is from: the one string that a confirmation goes to, or nobody. */
import { addressParser } from 'postal-mime'
import { normaliseEmail } from '../platform/email-address.ts'

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

const MAX_ADDRESS = 254
/** A dot-atom (RFC 5322, 3.2.3), also of letters outside ASCII (RFC 6531); no quotes, no comments, no controls. */
const LOCAL_PART = /^[^\s\p{C}"(),.:;<>@[\\\]]+(?:\.[^\s\p{C}"(),.:;<>@[\\\]]+)*$/u
const MAX_LOCAL_PART = 64
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/

/** @returns The address as it is compared, stored and written to; nothing if nobody could be written to there. */
export function addressIn(text: string): string | undefined {
  const address = normaliseEmail(text)
  const at = address.lastIndexOf('@')
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)]
  const isSane =
    at > 0 &&
    Buffer.byteLength(address) <= MAX_ADDRESS &&
    Buffer.byteLength(local) <= MAX_LOCAL_PART &&
    LOCAL_PART.test(local) &&
    DOMAIN.test(domain) &&
    !/^[0-9.]+$/.test(domain)
  return isSane ? address : undefined
}
