import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openDataFolder } from '../../infra/local/state/data-folder.ts'
import { appSecretsOf, keepSecret, secretTexts } from '../../infra/local/state/keys.ts'
import { startChild } from '../fixtures/system/child.ts'

const root = mkdtempSync(join(tmpdir(), 'data-folder-test-'))
afterAll(() => rmSync(root, { recursive: true }))

describe('openDataFolder', () => {
  it('lets one of two runs have the folder, and names it to the other', async () => {
    const path = join(root, 'once')
    const first = await openDataFolder(path)
    await expect(openDataFolder(path, { lockWithinMs: 0 })).rejects.toThrow(`${path} is in use`)
    setTimeout(() => first.release(), 200)
    const next = await openDataFolder(path)
    next.release()
  })

  it('gives the folder free when its process is killed', async () => {
    const path = join(root, 'killed')
    const child = await startChild('hold-data-folder.ts', path)
    await expect(openDataFolder(path, { lockWithinMs: 0 })).rejects.toThrow('in use')
    await child.kill()
    const folder = await openDataFolder(path)
    folder.release()
  })

  it('keeps what is written, for its owner only', async () => {
    const path = join(root, 'kept')
    const folder = await openDataFolder(path)
    const before = secretTexts(folder, {})
    folder.release()
    const again = await openDataFolder(path)
    expect(secretTexts(again, {})).toEqual(before)
    expect(statSync(again.file('seal-keys.json')).mode & 0o777).toBe(0o600)
    again.release()
  })

  it('keeps secrets that were changed, but for what META_APP_SECRETS says', async () => {
    const folder = await openDataFolder(join(root, 'changed'))
    secretTexts(folder, {})
    const keep = keepSecret(folder)
    keep('local/seal', '{"k1":"a","k2":"b"}')
    keep('local/meta', '{"shop":["newer","older"],"insta":["one"]}')
    expect(secretTexts(folder, {})['local/seal']).toBe('{"k1":"a","k2":"b"}')
    const env = { META_APP_SECRETS: '{"insta":["given"]}' }
    expect(appSecretsOf(['shop', 'insta'], env, folder)).toEqual({
      shop: ['newer', 'older'],
      insta: ['given'],
    })
    folder.release()
  })

  it('removes a temporary folder', async () => {
    const folder = await openDataFolder()
    folder.write('some', 'thing')
    expect(existsSync(folder.path)).toBe(true)
    folder.release()
    expect(existsSync(folder.path)).toBe(false)
  })

  it('refuses a file', async () => {
    writeFileSync(join(root, 'file'), '')
    await expect(openDataFolder(join(root, 'file'))).rejects.toThrow('cannot be used')
  })
})
