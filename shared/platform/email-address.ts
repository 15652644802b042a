/** The normal form of an email address, which is compared, hashed and written to, and the spellings that stand for it. */
import { domainToASCII, domainToUnicode } from 'node:url'

const MAX_ADDRESS = 254
const MAX_LOCAL_PART = 64
/** With the spaces around it: a text is kept as it was typed, and looked up as a key. */
const MAX_TEXT = 400
/** A dot-atom (RFC 5322, 3.2.3), also of letters outside ASCII (RFC 6531): no quotes, no comments, nothing that is not seen. */
const ATOM = '[^\\s\\p{C}\\p{Default_Ignorable_Code_Point}\\u2800"(),.:;<>@[\\\\\\]]+'
const LOCAL_PART = new RegExp(`^${ATOM}(?:\\.${ATOM})*$`, 'u')
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const DOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`)
/** A joiner belongs to some scripts; `domainToASCII` takes it only where it does. */
const DOMAIN_LETTERS = /^[\p{L}\p{M}\p{N}\p{Join_Control}.-]+$/u

/**
 * The normal form of an address: without the spaces around it, ASCII letters in lower case, the domain in
 * punycode, and nothing else changed.
 *
 * @returns Nothing for a text that is no address, or only becomes one by a change that is none of these.
 */
export function normalAddress(text: string): string | undefined {
  if (Buffer.byteLength(text) > MAX_TEXT) return undefined
  const address = asciiLower(trimmed(text))
  const at = address.lastIndexOf('@')
  const local = address.slice(0, Math.max(at, 0))
  const domain = punycode(address.slice(at + 1))
  const isSane =
    domain !== undefined &&
    Buffer.byteLength(local) <= MAX_LOCAL_PART &&
    Buffer.byteLength(local) + 1 + domain.length <= MAX_ADDRESS &&
    LOCAL_PART.test(local) &&
    DOMAIN.test(domain)
  return isSane ? `${local}@${domain}` : undefined
}

/** @returns The normal form; nothing if no mail could be sent to it from here, such as to `root@localhost`. */
export function addressIn(text: string): string | undefined {
  const address = normalAddress(text)
  return address !== undefined && MAILABLE.test(address) ? address : undefined
}
/** A domain of several labels, the last of which is no number. */
const MAILABLE = /@(?:[^@.]+\.)+(?=[^@.]*[a-z-])[^@.]{2,}$/

/**
 * The texts under which records of an address may stand, as far as one text tells: its normal form first, the text itself,
 * and each of the two with the domain in Unicode and in punycode.
 *
 * @returns None for a text that is no address.
 */
export function spellingsOf(text: string): readonly string[] {
  const address = normalAddress(text)
  if (address === undefined) return []
  const typed = trimmed(text)
  const domain = domainOf(address)
  const domains = domain.includes('xn--') ? [domain, domainToUnicode(domain)] : []
  const locals = [address, typed].map((one) => one.slice(0, one.lastIndexOf('@')))
  const international = domains
    .flatMap((one) => locals.map((local) => `${local}@${one}`))
    // A label that only looks like punycode reads as another domain.
    .filter((one) => normalAddress(one) === address)
  return [...new Set([address, text, typed, ...international])]
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

const trimmed = (text: string): string => text.replace(/^ +| +$/g, '')

const asciiLower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

/**
 * The domain with each label in ASCII. `domainToASCII` reads the host of a URL: it drops paths, ports and invisible
 * characters, decodes `%61` and maps full-width letters. So every label has to be what it was, or to read back as that.
 */
function punycode(domain: string): string | undefined {
  // Most are, and every item that teaches an address is read so.
  if (DOMAIN.test(domain)) return domainToASCII(domain) === domain ? domain : undefined
  if (!DOMAIN_LETTERS.test(domain)) return undefined
  const ascii = domainToASCII(domain)
  const labels = ascii.split('.')
  const given = domain.split('.')
  const isSame = given.every((label, n) => label === labels[n] || label === domainToUnicode(labels[n] ?? ''))
  return isSame && labels.length === given.length ? ascii : undefined
}
