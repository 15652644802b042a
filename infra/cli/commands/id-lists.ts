/** The files of an import: what is in them, what is wrong with them, and their ids in turn. */
import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { dayOf } from '../../../shared/platform/time.ts'
import { CliError } from '../console/failure.ts'
import { readIdList, readListName, roundedIds } from './id-list.ts'

export interface List {
  readonly path: string
  /** Of the file's name, or today. */
  readonly day: string
  readonly fileOf?: string
  readonly ids: number
  readonly broken: number
}

/** A line that is no id, or what is wrong with a whole file. */
export interface Broken {
  readonly file: string
  readonly line?: number
  readonly why: string
}

interface Read {
  readonly lists: readonly List[]
  readonly broken: readonly Broken[]
}

export async function readLists(
  files: readonly string[],
  { skipBroken }: { readonly skipBroken?: true },
): Promise<Read> {
  const lists: List[] = []
  const broken: Broken[] = []
  for (const path of files) {
    const file = basename(path)
    const { fileOf, day = dayOf(new Date()) } = readListName(path)
    const rounded = roundedIds()
    let ids = 0
    let lines = 0
    for await (const line of readIdList(path)) {
      if (line.is === 'id') {
        ids += 1
        rounded.add(line.id)
      } else {
        lines += 1
        if (!skipBroken) broken.push({ file, line: line.line, why: line.why })
      }
    }
    if (ids === 0) broken.push({ file, why: 'there is no id in it' })
    else if (rounded.areAll()) broken.push({ file, why: 'a spreadsheet has rounded all its long ids' })
    lists.push({ path, day, ids, broken: lines, ...(fileOf !== undefined && { fileOf }) })
  }
  return { lists, broken }
}

export interface Id {
  readonly userId: string
  readonly day: string
}

/** In one call of the functions. */
export const BATCH = 200

/** Every id once, in its order. */
export async function* batchesOf(lists: readonly List[]): AsyncGenerator<readonly Id[]> {
  const known = new Set<string>()
  let batch: Id[] = []
  for (const { path, day } of lists) {
    for await (const line of readIdList(path)) {
      if (line.is === 'broken' || known.has(line.id)) continue
      known.add(line.id)
      batch.push({ userId: line.id, day })
      if (batch.length < BATCH) continue
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

export const allIds = (lists: readonly List[]): number => lists.reduce((sum, { ids }) => sum + ids, 0)

export async function firstOf(path: string): Promise<string> {
  for await (const line of readIdList(path)) if (line.is === 'id') return line.id
  throw new CliError('broken_list', `${basename(path)} has changed meanwhile`)
}

/** Names what is asked for, and nobody: who goes on with an import brings the same. */
export async function digestOf(app: string, lists: readonly List[]): Promise<string> {
  const hash = createHash('sha256').update(`${app}\n`)
  for await (const ids of batchesOf(lists)) {
    for (const { userId, day } of ids) hash.update(`${day} ${userId}\n`)
  }
  return hash.digest('hex')
}
