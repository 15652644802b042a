import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Line, readIdList, readListName, roundedIds } from '../../infra/cli/commands/id-lists.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'id-list-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function linesOf(content: string | Uint8Array): Promise<readonly Line[]> {
  const path = join(folder, 'list.csv')
  await writeFile(path, content)
  return Array.fromAsync(readIdList(path))
}
const idsOf = async (content: string | Uint8Array) =>
  (await linesOf(content)).map((line) => (line.is === 'id' ? line.id : `${line.line}: ${line.why}`))

const LONG = '10223000000000101'

describe('a list of ids', () => {
  it.each<[string, string | Uint8Array]>([
    ['as it comes', `${LONG}\n902\n`],
    ['without an end of line', `${LONG}\n902`],
    ['with a title', `App-scoped user IDs\n${LONG}\n902\n`],
    ['with a title in quotes', `"User ID (v2)"\n${LONG}\n902\n`],
    ['with a byte order mark', `\ufeff${LONG}\n902\n`],
    ['with a byte order mark before the title', `\ufeffid\n${LONG}\n902\n`],
    ['of Windows', `id\r\n${LONG}\r\n902\r\n`],
    ['in quotes', `"${LONG}"\n"902"\n`],
    ['with further columns', `id,name\n${LONG},x\n902,"y, z"\n`],
    ['with semicolons', `id;name\n${LONG};x\n902;y\n`],
    ['with tabs', `${LONG}\tx\n902\ty\n`],
    ['with spaces and empty lines', `\n ${LONG} \n\n902\n,\n`],
    ['in UTF-16', Buffer.from(`\ufeffid\n${LONG}\n902\n`, 'utf16le')],
  ])('is read %s', async (_how, content) => {
    expect(await idsOf(content)).toEqual([LONG, '902'])
  })

  it.each([
    ['1.01E+16', 'a spreadsheet has rounded it'],
    ['1,0223E+16', 'a spreadsheet has rounded it'],
    ['1e16', 'a spreadsheet has rounded it'],
    ['0', 'no id begins with 0'],
    ['0901', 'no id begins with 0'],
    ['-901', 'not digits only'],
    ['901x', 'not digits only'],
    ['901 902', 'not digits only'],
    ['someone', 'not digits only'],
    ['９０１', 'not digits only'],
  ])('has a broken line, said by its number: %s', async (text, why) => {
    const quoted = `"${text}"`
    expect(await idsOf(`id\n901\n${quoted}\n902\n`)).toEqual(['901', `3: ${why}`, '902'])
  })

  it('has a broken line where a number is rounded with a decimal comma', async () => {
    const why = 'a spreadsheet has rounded it'
    expect(await idsOf('id;name\n1,01E+16;x\n1,02E+16\n901\n')).toEqual([`2: ${why}`, `3: ${why}`, '901'])
  })

  it.each([
    ['1.01E+16', 'a spreadsheet has rounded it'],
    [`"=""${LONG}"""`, 'not digits only'],
    [`'${LONG}`, 'not digits only'],
    [`${LONG}O`, 'not digits only'],
  ])('has no title that may be an id: %s', async (text, why) => {
    expect(await idsOf(`${text}\n901\n`)).toEqual([`1: ${why}`, '901'])
  })

  it.each([
    ['the title', '"User ID\n902\n903\n"\n901\n', 4],
    ['a further column', '902,"a note\n903\n904"\n901\n', 3],
    ['an id', '"902\n903"\n901\n', 2],
  ])('loses no line to a quote in %s that another line closes', async (_where, content, line) => {
    const why = 'a quote reaches over several lines'
    expect(await idsOf(content)).toEqual([`${line}: ${why}`, '901'])
  })

  it('is nothing where there is nothing', async () => {
    expect(await idsOf('')).toEqual([])
    expect(await idsOf('User ID\n')).toEqual([])
  })

  it.each([
    ['not there', 'no.csv', 'the file does not exist'],
    ['a folder', '.', 'it is a folder'],
  ])('is refused in words when it is %s', async (_what, name, why) => {
    await expect(Array.fromAsync(readIdList(join(folder, name)))).rejects.toThrow(why)
  })
})

describe('the name of a list', () => {
  it.each([
    ['100000000000001_2026-11-20.csv', { fileOf: '100000000000001', day: '2026-11-20' }],
    ['/tmp/100000000000001_2026-11-20 (1).CSV', { fileOf: '100000000000001', day: '2026-11-20' }],
    ['100000000000001_ids.csv', { fileOf: '100000000000001' }],
    ['100000000000001_2026-13-40.csv', { fileOf: '100000000000001' }],
    ['ids.csv', {}],
    ['ids_2026-11-20.csv', {}],
  ])('%s says its app and day, as far as it does', (name, said) => {
    expect(readListName(name)).toEqual(said)
  })
})

describe('rounded ids', () => {
  const areAll = (ids: readonly string[]): boolean => {
    const rounded = roundedIds()
    for (const id of ids) rounded.add(id)
    return rounded.areAll()
  }
  const rounded = (n: number): string => `10223000000010${n}00`

  it('are told where all that are long are', () => {
    expect(areAll([1, 2, 3, 4, 5].map(rounded))).toBe(true)
    expect(areAll(['901', ...[1, 2, 3, 4, 5].map(rounded)])).toBe(true)
  })

  it('are not told of a few, nor where one is whole', () => {
    expect(areAll([1, 2, 3, 4].map(rounded))).toBe(false)
    expect(areAll([...[1, 2, 3, 4, 5].map(rounded), LONG])).toBe(false)
    expect(areAll([])).toBe(false)
  })
})
