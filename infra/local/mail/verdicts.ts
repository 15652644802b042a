/** The verdicts of SES on a message, as a tester wishes them. */
import { headerFields } from './header.ts'

const CHECKS = ['spam', 'virus', 'spf', 'dkim', 'dmarc'] as const
const WORDS = ['PASS', 'FAIL', 'GRAY', 'PROCESSING_FAILED'] as const
export type Verdict = (typeof WORDS)[number]
export type Verdicts = Readonly<Record<(typeof CHECKS)[number], Verdict>>

const ALL_PASS: Verdicts = { spam: 'PASS', virus: 'PASS', spf: 'PASS', dkim: 'PASS', dmarc: 'PASS' }

/**
 * Takes the field `X-Local-Verdict: dmarc=FAIL; spam=GRAY` out of a message. A check that it does not name is PASS.
 *
 * @returns undefined when the field has another form.
 */
export function takeVerdicts(message: Buffer): { raw: Buffer; verdicts: Verdicts } | undefined {
  const fields = headerFields(message).filter(({ name }) => name === 'x-local-verdict')
  const wishes = fields.flatMap(({ value }) => value.split(';').filter((wish) => wish.trim() !== ''))
  const found = wishes.map(readWish)
  if (!found.every((wish) => wish !== undefined)) return undefined
  return { raw: without(message, fields), verdicts: { ...ALL_PASS, ...Object.fromEntries(found) } }
}

function readWish(wish: string) {
  const [name = '', word = ''] = wish.split('=').map((text) => text.trim())
  const check = CHECKS.find((one) => one === name.toLowerCase())
  const verdict = WORDS.find((one) => one === word.toUpperCase())
  return check && verdict && ([check, verdict] as const)
}

function without(message: Buffer, parts: readonly { from: number; to: number }[]): Buffer {
  const starts = [0, ...parts.map(({ to }) => to)]
  const ends = [...parts.map(({ from }) => from), message.length]
  return Buffer.concat(starts.map((start, at) => message.subarray(start, ends[at])))
}
