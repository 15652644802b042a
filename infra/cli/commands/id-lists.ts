/** The files of "Download User Identifiers": one id a line, named `<AppID>_YYYY-MM-DD.csv`. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { parse } from 'csv-parse'
import { defined } from '../../../shared/platform/defined.ts'
import { dayOf } from '../../../shared/platform/time.ts'
import { CliError } from '../console/failure.ts'

export interface List {
  readonly path: string
  /** In the file's name, or today. */
  readonly day: string
  readonly fileOf?: string
  readonly ids: number
  readonly broken: number
}

/** What is wrong with a line, or with a whole file. */
export interface Broken {
  readonly file: string
  readonly line?: number
  readonly why: string
}

export async function readLists(files: readonly string[], { skipBroken }: { readonly skipBroken: boolean }) {
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
    if (ids === 0) broken.push({ file, why: 'it has no ids' })
    else if (rounded.areAll()) broken.push({ file, why: 'a spreadsheet has rounded all its long ids' })
    lists.push(defined({ path, day, fileOf, ids, broken: lines }))
  }
  return { lists, broken }
}

export interface Id {
  readonly userId: string
  readonly day: string
}

/** The ids in one call of a function. */
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

/** Identifies an import without naming a person: with the same files, it goes on where it stopped. */
export async function digestOf(app: string, lists: readonly List[]): Promise<string> {
  const hash = createHash('sha256').update(`${app}\n`)
  for await (const ids of batchesOf(lists)) {
    for (const { userId, day } of ids) hash.update(`${day} ${userId}\n`)
  }
  return hash.digest('hex')
}

/** The number of an app and a day, `YYYY-MM-DD`, from the name of a file. */
export function readListName(path: string): { readonly fileOf?: string; readonly day?: string } {
  const { fileOf, day } =
    /^(?<fileOf>\d+)_(?:.*?(?<day>\d{4}-\d{2}-\d{2}))?.*\.csv$/i.exec(basename(path))?.groups ?? {}
  return defined({ fileOf, day: Number.isNaN(Date.parse(day ?? '')) ? undefined : day })
}

export type Line =
  | { readonly is: 'id'; readonly id: string; readonly line: number }
  | { readonly is: 'broken'; readonly line: number; readonly why: string }

/**
 * Every line that is not empty, except a title in the first one, which has no number like an id. Only the first column
 * counts. An id consists of digits: a number as a spreadsheet writes it is broken. No reason repeats a value.
 *
 * @throws {@link CliError} `unreadable`
 */
export async function* readIdList(path: string): AsyncGenerator<Line> {
  const stream = createReadStream(path)
  const parser = parse({
    bom: true,
    columns: false,
    delimiter: [',', ';', '\t'],
    info: true,
    relaxColumnCount: true,
    relaxQuotes: true,
    skipEmptyLines: true,
    trim: true,
    // Limits the text after a quote that is never closed.
    maxRecordSize: MAX_LINE,
  })
  stream.on('error', (error) => parser.destroy(error))
  stream.pipe(parser)
  let isFirst = true
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      readonly record: readonly string[]
      readonly info: { readonly lines: number }
    }>) {
      // A decimal comma splits a rounded number into two cells.
      const text = EXPONENT.test(record[1] ?? '') ? record.slice(0, 2).join(',') : (record[0] ?? '')
      const wasFirst = isFirst
      isFirst = false
      if (text === '' && record.every((cell) => cell === '')) continue
      // Ids inside an open quote would be lost without a trace.
      if (record.some((cell) => LINE_BREAK.test(cell)))
        yield { is: 'broken', line: info.lines, why: 'a quote reaches over several lines' }
      else if (ID.test(text)) yield { is: 'id', id: text, line: info.lines }
      else if (!wasFirst || LIKE_AN_ID.test(text))
        yield { is: 'broken', line: info.lines, why: whyBroken(text) }
    }
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    throw new CliError('unreadable', `cannot read ${path}: ${describe(cause)}`, { cause })
  } finally {
    stream.destroy()
  }
}

/** No id of Meta begins with 0; 0 itself stands for a Page, not a person. */
const ID = /^[1-9]\d{0,39}$/
const LINE_BREAK = /[\r\n]/
/** A number as a spreadsheet writes it, or digits in other text, as in `="10223000000000101"`. */
const LIKE_AN_ID = /^[\d.,+E-]+$|\d{6}/i
const EXPONENT = /^\d*E\+?\d+$/i
const MAX_LINE = 100_000

function whyBroken(text: string): string {
  if (/^\d+(?:[.,]\d+)?E\+?\d+$/i.test(text)) return 'a spreadsheet has rounded it'
  if (/^0\d*$/.test(text)) return 'no id begins with 0'
  return 'not digits only'
}

/** A spreadsheet keeps 15 digits of a number. */
const KEPT_DIGITS = 15
const ENOUGH = 5

/** Finds a file whose ids a spreadsheet has rounded: every long id ends in zeros after the digits that it keeps. */
export function roundedIds() {
  let long = 0
  let rounded = 0
  return {
    add(id: string): void {
      if (id.length <= KEPT_DIGITS) return
      long += 1
      if (/^0+$/.test(id.slice(KEPT_DIGITS))) rounded += 1
    },
    areAll: (): boolean => long >= ENOUGH && rounded === long,
  }
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const { code } = cause as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'the file does not exist'
  if (code === 'EISDIR') return 'it is a folder'
  if (code === 'EACCES') return 'access is denied'
  return code?.startsWith('CSV_') ? 'it is not a CSV file' : (code ?? cause.name)
}
