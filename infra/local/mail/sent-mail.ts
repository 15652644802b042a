/** The sent mails in the data folder: each message as SES got it, and its description. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DataFolder } from '../state/data-folder.ts'

export interface SentMail {
  readonly messageId: string
  /** ISO 8601. */
  readonly at: string
  readonly source: string
  readonly destination: readonly string[]
  readonly tags: Readonly<Record<string, readonly string[]>>
  /** How the engine's `/store` shows it. */
  readonly shown: unknown
}

const FOLDER = 'sent-mail'

export type SentMails = ReturnType<typeof sentMails>

/** Keeps nothing where the folder is not kept. */
export function sentMails(folder: DataFolder) {
  if (!folder.kept) return { all: () => [], add: () => {}, clear: () => {} }
  const path = folder.file(FOLDER)
  const make = () => mkdirSync(path, { recursive: true, mode: 0o700 })
  make()
  return {
    /** Oldest first. */
    all: (): readonly SentMail[] =>
      readdirSync(path)
        .filter((name) => name.endsWith('.json'))
        .toSorted()
        .map((name) => JSON.parse(folder.read(join(FOLDER, name)) ?? '') as SentMail),
    /** Writes `<time>-<messageId>.eml`; then `.json`, with which the message counts. */
    add(mail: SentMail, raw: Buffer): void {
      const name = `${mail.at.replace(/\D/g, '')}-${mail.messageId}`
      writeFileSync(join(path, `${name}.eml`), raw, { mode: 0o600, flush: true })
      folder.write(join(FOLDER, `${name}.json`), JSON.stringify(mail))
    },
    clear(): void {
      rmSync(path, { recursive: true, force: true })
      make()
    },
  }
}
