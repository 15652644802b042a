/** The header of a message as bytes: where it ends, and which bytes are a field. */

export interface HeaderField {
  /** Lower case. */
  readonly name: string
  /** Unfolded, otherwise as it was written. */
  readonly value: string
  /** The field's bytes in the message, its line ends included. */
  readonly from: number
  readonly to: number
}

/** Every field up to the empty line, in order; a line that is none ends the header (RFC 5322, 2.2). */
export function headerFields(message: Buffer): readonly HeaderField[] {
  const fields: HeaderField[] = []
  for (let from = 0; from < message.length; ) {
    const to = fieldEnd(message, from)
    const text = message.toString('utf8', from, to)
    const [, name, value] = /^([!-9;-~]+)[ \t]*:(.*)$/s.exec(text) ?? []
    if (name === undefined || value === undefined) break
    fields.push({ name: name.toLowerCase(), value: value.replace(/\r?\n(?=[ \t])/g, '').trim(), from, to })
    from = to
  }
  return fields
}

const LINE_FEED = 0x0a
const FOLDING: readonly (number | undefined)[] = [0x20, 0x09]

/** After the line end that no folded line follows. */
function fieldEnd(message: Buffer, from: number): number {
  for (let at = message.indexOf(LINE_FEED, from); at >= 0; at = message.indexOf(LINE_FEED, at + 1)) {
    if (!FOLDING.includes(message[at + 1])) return at + 1
  }
  return message.length
}
