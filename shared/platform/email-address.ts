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
