/** The one form of an email address that is compared, stored and written to. */
import { domainToASCII } from 'node:url'

/** Trimmed, ASCII lower case, the domain in punycode; a local part outside ASCII is left alone. */
export function normaliseEmail(text: string): string {
  const address = text.trim()
  const at = address.lastIndexOf('@')
  if (at < 0) return asciiLower(address)
  const domain = address.slice(at + 1)
  return `${asciiLower(address.slice(0, at))}@${domainToASCII(domain) || asciiLower(domain)}`
}

const asciiLower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

const MAX_ADDRESS = 254
/** A dot-atom (RFC 5322, 3.2.3), also of letters outside ASCII (RFC 6531); no quotes, no comments, no controls. */
const LOCAL_PART = /^[^\s\p{C}"(),.:;<>@[\\\]]+(?:\.[^\s\p{C}"(),.:;<>@[\\\]]+)*$/u
const MAX_LOCAL_PART = 64
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/

/** @returns The normalised address; nothing if no mail could be sent to it. */
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
