/** How a command names a request, and whom it is about. */

import { MAX_REASON_LENGTH } from '../../../shared/requests/reasons.ts'
import { wrongUsage } from './failure.ts'
import { givenIdentities, type NamedIdentity } from './named-identities.ts'

export const REQUEST_HELP = 'its confirmation code, its key, or the first 8 or more characters of its key'

export const REASON_OPTION = [
  '--reason <text>',
  "why; kept in the request's history for as long as its record: name nobody",
  reasonText,
] as const

/** @throws {@link CliError} for what the function would not take. */
export function reasonText(text: string): string {
  if (text.trim() === '') throw wrongUsage('--reason is empty')
  if (text.length <= MAX_REASON_LENGTH) return text
  throw wrongUsage(`--reason is longer than ${MAX_REASON_LENGTH} characters`)
}

/** A request, or people by `--identity`, whose values come on standard input: so they stay out of the shell's history. */
export async function whom(
  request: string | undefined,
  { identity }: { readonly identity?: true },
): Promise<{ readonly request: string } | { readonly identities: readonly NamedIdentity[] }> {
  if (request !== undefined && identity) throw wrongUsage('name a request, or give --identity: not both')
  if (request !== undefined) return { request }
  if (!identity) throw wrongUsage('name a request, or give --identity and KIND=VALUE on standard input')
  return { identities: await givenIdentities([], process.stdin) }
}
