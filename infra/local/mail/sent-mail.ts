/** What was sent, in the data folder: each message as it was given to SES, and what is known of it. */
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

export interface SentMails {
  /** Oldest first. */
  all(): readonly SentMail[]
  /** As `<time>-<messageId>.eml` and `.json`; nothing where the folder is not kept. */
  add(mail: SentMail, raw: Buffer): void
  clear(): void
}

const FOLDER = 'sent-mail'

export function sentMails(folder: DataFolder): SentMails {
  const path = folder.file(FOLDER)
  const make = () => mkdirSync(path, { recursive: true, mode: 0o700 })
  if (folder.kept) make()
  return {
    all: () =>
      folder.kept
        ? readdirSync(path)
            .filter((name) => name.endsWith('.json'))
            .toSorted()
            .map((name) => JSON.parse(folder.read(join(FOLDER, name)) ?? '') as SentMail)
        : [],
    add(mail, raw) {
      if (!folder.kept) return
      const name = `${mail.at.replace(/\D/g, '')}-${mail.messageId}`
      // The description last: it says that the message is there.
      writeFileSync(join(path, `${name}.eml`), raw, { mode: 0o600, flush: true })
      folder.write(join(FOLDER, `${name}.json`), JSON.stringify(mail))
    },
    clear() {
      if (!folder.kept) return
      rmSync(path, { recursive: true, force: true })
      make()
    },
  }
}
