import { PassThrough, Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { givenIdentities, parseIdentity, readIdentities } from '../../infra/cli/console/named-identities.ts'

describe('parseIdentity', () => {
  it.each([
    ['email=an@example.com', 'email', 'an@example.com'],
    ['email=an=b==@example.com', 'email', 'an=b==@example.com'],
    ['userId= u 1', 'userId', ' u 1'],
    [' userId=u1', 'userId', 'u1'],
    ['facebookId==', 'facebookId', '='],
  ])('reads %j', (text, kind, value) => {
    expect(parseIdentity(text, 'argument 1')).toEqual([kind, value])
  })

  it.each(['an@example.com', '=an@example.com', ' =an@example.com', 'email=', 'email=  ', ''])(
    'refuses %j as wrong usage',
    (text) => {
      const refused = expect.objectContaining({ exitCode: 2, message: expect.stringMatching(/^argument 7 /) })
      expect(() => parseIdentity(text, 'argument 7')).toThrow(refused)
    },
  )

  it('never repeats what was typed', () => {
    for (const text of ['somebody', 'somebody=']) {
      expect(() => parseIdentity(text, 'line 1')).toThrow(/^line 1 (?!.*somebody)/)
    }
  })
})

describe('readIdentities', () => {
  const read = (text: string) => readIdentities(Readable.from([text]))

  it('reads one per line, whatever the line ends are', async () => {
    expect(await read('\uFEFFemail=a@example.com\r\n\n   \n  userId=u=1  \nfacebookId=7')).toEqual([
      ['email', 'a@example.com'],
      ['userId', 'u=1'],
      ['facebookId', '7'],
    ])
  })

  it('names the line that is wrong, blank ones counted', async () => {
    await expect(read('\nemail=a@example.com\nsomebody\n')).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/^line 3 (?!.*somebody)/),
    })
  })
})

describe('givenIdentities', () => {
  it('leaves standard input alone when there are arguments', async () => {
    const neverEnding = new PassThrough()
    expect(await givenIdentities(['email=a@example.com', 'userId=u1'], neverEnding)).toEqual([
      ['email', 'a@example.com'],
      ['userId', 'u1'],
    ])
  })

  it('refuses to plan for nobody', async () => {
    await expect(givenIdentities([], Readable.from(['\n \n']))).rejects.toMatchObject({ exitCode: 2 })
  })
})
