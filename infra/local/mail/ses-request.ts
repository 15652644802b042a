/** SES's `SendRawEmail` as the SDK sends it, and the requests that SES refuses. */
import { randomUUID } from 'node:crypto'
import { describeHeader, type HeaderDescription } from './header.ts'

export interface RawSending {
  readonly raw: Buffer
  readonly source: string
  readonly destination: readonly string[]
  readonly configurationSet: string | undefined
  /** The caller's own. */
  readonly tags: Readonly<Record<string, readonly string[]>>
  readonly header: HeaderDescription
}

export interface Refusal {
  readonly code: 'InvalidAction' | 'InvalidParameterValue' | 'InternalFailure'
  readonly message: string
}

/** SES's own limit for a raw message by this API. */
const MAX_BYTES = 10 * 1024 * 1024

export async function readSending(form: URLSearchParams): Promise<RawSending | Refusal> {
  if (form.get('Action') !== 'SendRawEmail') return refusal('InvalidAction', 'only SendRawEmail is supported')
  const raw = Buffer.from(form.get('RawMessage.Data') ?? '', 'base64')
  if (raw.length === 0) return invalid('the message is empty')
  if (raw.length > MAX_BYTES) return invalid(`Message length is more than ${MAX_BYTES} bytes long`)
  const header = await describeHeader(raw)
  const { to, cc, bcc } = header.mailboxes
  const [from] = header.commonHeaders.from ?? []
  if (from === undefined) return invalid("Missing required header 'From'.")
  const given = members(form, 'Destinations')
  const destination = given.length > 0 ? given : [...to, ...cc, ...bcc]
  if (destination.length === 0) return invalid("Missing required header 'To'.")
  const tags = readTags(form, header)
  // Names and values may have the same characters. SES refuses all others, so they are refused here, too.
  const wrong = tags.flat().find((text) => !/^[A-Za-z0-9_-]{1,256}$/.test(text))
  if (wrong !== undefined) return invalid('a message tag may only hold letters, digits, _ and -')
  return {
    raw,
    source: form.get('Source') ?? from,
    destination,
    configurationSet: form.get('ConfigurationSetName') ?? fieldOf(header, 'X-SES-CONFIGURATION-SET'),
    tags: Object.fromEntries(tags.map(([name, value]) => [name, [value]])),
    header,
  }
}

/** The tags of the request, or those of the header `X-SES-MESSAGE-TAGS` if it has none. */
function readTags(form: URLSearchParams, header: HeaderDescription): readonly (readonly [string, string])[] {
  const names = members(form, 'Tags', '.Name')
  const values = members(form, 'Tags', '.Value')
  if (names.length > 0) return names.map((name, at) => [name, values[at] ?? ''])
  const pairs = fieldOf(header, 'X-SES-MESSAGE-TAGS')?.split(',') ?? []
  return pairs.map((pair) => {
    const [name = '', value = ''] = pair.split('=').map((text) => text.trim())
    return [name, value]
  })
}

const fieldOf = ({ headers }: HeaderDescription, wanted: string): string | undefined =>
  headers.find(({ name }) => name.toUpperCase() === wanted)?.value

/** `Prefix.member.1`, `Prefix.member.2`, … */
function members(form: URLSearchParams, prefix: string, suffix = ''): readonly string[] {
  const found: string[] = []
  for (;;) {
    const value = form.get(`${prefix}.member.${found.length + 1}${suffix}`)
    if (value === null) return found
    found.push(value)
  }
}

const refusal = (code: Refusal['code'], message: string): Refusal => ({ code, message })
const invalid = (message: string): Refusal => refusal('InvalidParameterValue', message)

/** The form in which the SDK reads an error of this API. */
export const refusalXml = ({ code, message }: Refusal): string =>
  `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`
