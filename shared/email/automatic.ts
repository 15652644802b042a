/** Signs that a machine wrote a message, or that nobody waits for an answer (RFC 3834, section 2). */

/** The headers of a message, by lower-case name. */
export type Headers = ReadonlyMap<string, readonly string[]>

export type AutomaticSign = 'auto_submitted' | 'mailing_list' | 'bulk' | 'report' | 'out_of_office'

const LISTS = ['list-id', 'list-post', 'list-unsubscribe', 'list-help', 'list-subscribe', 'mailing-list']

const SIGNS: readonly (readonly [AutomaticSign, (headers: Headers) => boolean])[] = [
  ['auto_submitted', (headers) => valuesOf(headers, 'auto-submitted').some((value) => value !== 'no')],
  ['mailing_list', (headers) => LISTS.some((name) => headers.has(name))],
  ['bulk', (headers) => valuesOf(headers, 'precedence').some((value) => BULK.includes(value))],
  ['report', (headers) => valuesOf(headers, 'content-type').some((value) => value === 'multipart/report')],
  ['out_of_office', (headers) => OUT_OF_OFFICE.some((name) => headers.has(name))],
]

const BULK = ['bulk', 'junk', 'list']
/** Of vacation programs older than RFC 3834. */
const OUT_OF_OFFICE = ['x-autoreply', 'x-autorespond', 'x-auto-reply']

export const automaticSign = (headers: Headers): AutomaticSign | undefined =>
  SIGNS.find(([, isThere]) => isThere(headers))?.[0]

/** Their words, without parameters and comments. */
const valuesOf = (headers: Headers, name: string): readonly string[] =>
  (headers.get(name) ?? []).map((value) => (value.split(/[;(]/)[0] ?? '').trim().toLowerCase())

const ROBOTS = /^(?:mailer-daemon|postmaster|(?:do-?)?not?-?reply|donotreply|bounces?|abuse)(?:[+._-].*)?$/

/** An address that nobody reads. */
export const isRobot = (address: string): boolean => ROBOTS.test(address.slice(0, address.lastIndexOf('@')))
