/** The folder of a run's state: one of the user's choice, or a temporary one that ends with the process. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { StartError } from './start-error.ts'

export type DataFolder = Awaited<ReturnType<typeof openDataFolder>>

/**
 * Opens `dir` for this process alone; without it, a temporary folder.
 *
 * @throws {@link StartError} when the folder is in use or cannot be used.
 */
export async function openDataFolder(dir?: string, { lockWithinMs = 3000 } = {}) {
  const kept = dir !== undefined
  const path = kept ? makeFolder(resolve(dir)) : mkdtempSync(join(tmpdir(), 'data-deletion-'))
  const unlock = kept ? await lock(path, lockWithinMs) : () => {}
  const remove = () => rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  if (!kept) process.once('exit', remove)

  const file = (name: string) => join(path, name)
  return {
    path,
    /** False for a temporary folder. */
    kept,
    file,
    read: (name: string) => (existsSync(file(name)) ? readFileSync(file(name), 'utf8') : undefined),
    /** Replaces a file in one step, readable by its owner only. */
    write(name: string, content: string): void {
      writeFileSync(file(`${name}.new`), content, { mode: 0o600, flush: true })
      renameSync(file(`${name}.new`), file(name))
    },
    /** Unlocks the folder; a temporary one is removed. */
    release(): void {
      unlock()
      if (kept) return
      process.off('exit', remove)
      remove()
    },
  }
}

function makeFolder(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    chmodSync(path, 0o700)
    return path
  } catch (cause) {
    throw cannot(path, `cannot be used: ${messageOf(cause)}`, cause)
  }
}

/**
 * Takes a lock of the operating system, through SQLite: it ends with the process, even when that is killed.
 * The short wait is for an earlier run that is about to end.
 */
async function lock(path: string, withinMs: number): Promise<() => void> {
  const giveUpAt = Date.now() + withinMs
  for (;;) {
    let database: DatabaseSync | undefined
    try {
      const opened = new DatabaseSync(join(path, 'lock.db'))
      database = opened
      opened.exec('BEGIN EXCLUSIVE')
      return () => opened.close()
    } catch (cause) {
      database?.close()
      const isTaken = /locked/.test(messageOf(cause))
      if (!isTaken) throw cannot(path, `cannot be locked: ${messageOf(cause)}`, cause)
      if (Date.now() >= giveUpAt) throw cannot(path, 'is in use by another run', cause)
      await pause(50)
    }
  }
}

const cannot = (path: string, why: string, cause: unknown): StartError =>
  new StartError(`the data folder ${path} ${why}`, { cause })

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
