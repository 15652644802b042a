/**
 * A function holding: one folder of files per user, as `npm start` runs it in place of the function in AWS.
 *
 *   files: { function: 'arn:aws:lambda:…:function:erase-files', local: './docs/examples/files.ts', action: 'erase', … }
 *
 * `s3-versions.ts` does the same in a bucket.
 */

import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { OutsideAnswer, OutsideEvent } from '../../shared/person/company-function.ts'

const ROOT = join(import.meta.dirname, 'files')
const FILES_PER_CALL = 1000

export default async function files({ phase, identities }: OutsideEvent): Promise<OutsideAnswer> {
  const mine = (identities['userId'] ?? []).flatMap(filesOf)
  if (phase !== 'erase') return { items: mine.length, done: true }
  const now = mine.slice(0, FILES_PER_CALL)
  // What is gone already is no mistake: any call may come twice.
  for (const file of now) rmSync(file, { force: true })
  return { items: now.length, done: now.length === mine.length }
}

function filesOf(userId: string): readonly string[] {
  // A value is never a path before it has been looked at: this one could lead to somebody else.
  if (!/^[\w-]+$/.test(userId)) throw new Error('a user id that cannot name a folder')
  const folder = join(ROOT, userId)
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []
}
