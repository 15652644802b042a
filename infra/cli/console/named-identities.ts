/** Identities as `KIND=VALUE`, from arguments or one per line on standard input. */
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Input } from '../../../shared/operator/protocol.ts'
import { wrongUsage } from './failure.ts'

/** The identity's name in the data map, and its value. */
export type NamedIdentity = readonly [kind: string, value: string]

const EXAMPLE = 'email=an@example.com'

/**
 * Everything after the first `=` is the value. An error never repeats the text: it may name a person, and errors are
 * logged.
 *
 * @param where Such as `argument 2`.
 */
export function parseIdentity(text: string, where: string): NamedIdentity {
  const at = text.indexOf('=')
  const kind = text.slice(0, Math.max(at, 0)).trim()
  const value = text.slice(at + 1)
  if (kind === '') throw wrongUsage(`${where} is not KIND=VALUE, such as ${EXAMPLE}`)
  if (value.trim() === '') throw wrongUsage(`${where} has no value after the =`)
  return [kind, value]
}

export async function readIdentities(input: Readable): Promise<readonly NamedIdentity[]> {
  const identities: NamedIdentity[] = []
  let number = 0
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1
    const text = line.replace(/^\uFEFF/, '').trim()
    if (text !== '') identities.push(parseIdentity(text, `line ${number}`))
  }
  return identities
}

/** From the arguments, or from standard input if there are none. */
export async function givenIdentities(
  given: readonly string[],
  input: Readable & { readonly isTTY?: boolean },
): Promise<readonly NamedIdentity[]> {
  if (given.length > 0) return given.map((text, at) => parseIdentity(text, `argument ${at + 1}`))
  if (input.isTTY)
    process.stderr.write(`Type the person's identities, one per line, such as ${EXAMPLE}; end with Ctrl-D.\n`)
  const identities = await readIdentities(input)
  if (identities.length > 0) return identities
  throw wrongUsage(
    `name a person: KIND=VALUE, such as ${EXAMPLE}, as arguments or one per line on standard input`,
  )
}

/**
 * A request, or the people of `--identity`, whose values come on standard input, out of the shell's history.
 *
 * @throws {@link CliError} wrong usage
 */
export async function requestOrPeople(given: {
  readonly request?: string
  readonly identity?: true
}): Promise<Input<'hold'>> {
  const { request, identity } = given
  if (request !== undefined && identity) throw wrongUsage('name a request, or give --identity: not both')
  if (request !== undefined) return { request }
  if (!identity) throw wrongUsage('name a request, or give --identity and KIND=VALUE on standard input')
  return { identities: await givenIdentities([], process.stdin) }
}
