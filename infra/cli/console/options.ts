/** Options and arguments of commands, with the types of their values; and those that several commands share. */
import { Argument, Option } from 'commander'
import type { Defined } from '../../../shared/platform/defined.ts'
import { MAX_REASON_LENGTH } from '../../../shared/requests/reasons.ts'
import { wrongUsage } from './failure.ts'

export interface Parameter<T> {
  readonly made: Option | Argument
  /** Only for the type. */
  readonly value?: T
}

export type Parameters = Readonly<Record<string, Parameter<unknown>>>

type ValueOf<P> = P extends Parameter<infer T> ? T : never

/** The values of parameters; one that was not given is absent. */
export type Values<P extends Parameters> = Defined<{ readonly [K in keyof P]: ValueOf<P[K]> }>

interface Form<T> {
  /** @throws {@link CliError} wrong usage */
  readonly read?: (text: string) => T
  readonly oneOf?: readonly T[]
}

type Certain<T> = { readonly standard: T } | { readonly isRequired: true }

export const flag = (flags: string, says: string): Parameter<true | undefined> => ({
  made: new Option(flags, says),
})

export function option(flags: string, says: string): Parameter<string | undefined>
export function option(flags: string, says: string, form: { readonly isRequired: true }): Parameter<string>
export function option<const T>(flags: string, says: string, form: Form<T> & Certain<T>): Parameter<T>
export function option<const T>(flags: string, says: string, form: Form<T>): Parameter<T | undefined>
export function option<T>(
  flags: string,
  says: string,
  { read, oneOf, standard, isRequired }: Form<T> & { standard?: T; isRequired?: true } = {},
): Parameter<T | undefined> {
  const made = new Option(flags, says)
  if (oneOf) made.choices(oneOf.map(String))
  if (read) made.argParser(read)
  if (standard !== undefined) made.default(standard)
  return { made: isRequired ? made.makeOptionMandatory() : made }
}

type ArgumentOf<N extends string> = N extends `${string}...${string}`
  ? readonly string[]
  : N extends `[${string}`
    ? string | undefined
    : string

/** @param name `<NEEDED>`, `[OPTIONAL]`, or with `...` for several. */
export const argument = <const N extends string>(
  name: N,
  says?: string,
  oneOf?: readonly string[],
): Parameter<ArgumentOf<N>> => {
  const made = new Argument(name, says)
  return { made: oneOf ? made.choices(oneOf) : made }
}

const REQUEST_HELP = 'its confirmation code, its key, or the first 8 or more characters of its key'

export const REQUEST = argument('<REQUEST>', REQUEST_HELP)

export const REASON = option('--reason <text>', "why; it stays in the request's history: name no person", {
  read: reasonText,
})

export const REQUEST_OR_PEOPLE = {
  request: argument('[REQUEST]', REQUEST_HELP),
  identity: flag(
    '--identity',
    'instead of a request: identities as KIND=VALUE, one per line on standard input',
  ),
}

export function reasonText(text: string): string {
  if (text.trim() === '') throw wrongUsage('--reason is empty')
  if (text.length <= MAX_REASON_LENGTH) return text
  throw wrongUsage(`--reason is longer than ${MAX_REASON_LENGTH} characters`)
}

export const configOption = (says: string) =>
  option('--config <path>', says, { standard: 'deletion.config.ts' })

export const EXPECT = option(
  '--expect <n>',
  'how many the dry run found; nothing begins unless the number is still the same',
  { read: wholeNumber('--expect') },
)

export function wholeNumber(name: string, least = 0, most?: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d{1,9}$/.test(text) && value >= least && value <= (most ?? value)) return value
    throw wrongUsage(
      `${name} takes a whole number, ${least} ${most === undefined ? 'or more' : `to ${most}`}`,
    )
  }
}

export function matching(pattern: RegExp, remedy: string): (text: string) => string {
  return (text) => {
    if (pattern.test(text)) return text
    throw wrongUsage(remedy)
  }
}
