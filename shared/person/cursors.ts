/** Sealed cursors: they are stored with a checkpoint, and the keys in them name people. */
import type { Sealer } from '../keys/seal.ts'
import type { Cursor } from './pages.ts'

export interface Cursors {
  readonly open: (sealed: string | undefined) => Promise<Cursor | undefined>
  /** The same text for the same cursor: a checkpoint that did not move is recognised by it. */
  readonly seal: (cursor: Cursor | undefined) => Promise<string | undefined>
}

/** A page at work has two, where it begins and where it ends; the next one begins at an end. */
const REMEMBERED = 4

export function cursorsOf(sealer: Sealer): Cursors {
  const known = new Map<string, string>()
  const remember = (text: string, sealed: string): string => {
    known.delete(text)
    known.set(text, sealed)
    for (const oldest of [...known.keys()].slice(0, -REMEMBERED)) known.delete(oldest)
    return sealed
  }
  return {
    async open(sealed) {
      if (sealed === undefined) return undefined
      // Sealed by an earlier run, in this shape.
      const { text } = (await sealer.open(sealed)) as { readonly text: string }
      remember(text, sealed)
      return JSON.parse(text, bytesFromText) as Cursor
    },
    async seal(cursor) {
      if (!cursor) return undefined
      const text = JSON.stringify(cursor, bytesAsText)
      return remember(text, known.get(text) ?? (await sealer.seal({ text })))
    },
  }
}

/** JSON has no bytes. */
const bytesAsText = (_field: string, value: unknown): unknown =>
  value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value

const bytesFromText = (_field: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'base64' in value && typeof value.base64 === 'string'
    ? Uint8Array.from(Buffer.from(value.base64, 'base64'))
    : value
