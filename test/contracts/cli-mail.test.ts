import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type ArrivedMail, type Smtp, startSmtp } from '../../infra/local/mail/smtp.ts'
import { answering, runCli } from '../fixtures/system/cli.ts'

const root = mkdtempSync(join(tmpdir(), 'cli-mail-test-'))
const arrived: ArrivedMail[] = []
let smtp: Smtp

beforeAll(async () => {
  const deliver = async (mail: ArrivedMail) => `id${arrived.push(mail)}`
  smtp = await startSmtp({ port: 0, address: 'privacy@shop.example', deliver })
})
afterEach(() => {
  arrived.length = 0
})
afterAll(async () => {
  await smtp.close()
  rmSync(root, { recursive: true })
})

function file(name: string, content: string | Buffer): string {
  const path = join(root, name)
  writeFileSync(path, content)
  return path
}

const MESSAGE = 'From: An Tran <an@example.com>\r\nTo: other@example.com\r\n\r\n.secret-body\r\n'

async function mail(args: readonly string[], description: object = {}) {
  const { host, port } = smtp
  const says = { smtp: { host, port }, email: 'privacy@shop.example', ...description }
  await using local = await answering(200, JSON.stringify(says))
  return await runCli(['mail', '--local', ...args], { env: local.env })
}

describe('mail', () => {
  it('brings a message byte for byte, from its sender, and repeats nothing of it', async () => {
    const { exitCode, stdout, stderr } = await mail([file('a.eml', MESSAGE)])
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: 'npm start stored it as inbox/id1: 71 bytes.\n',
      stderr: '',
    })
    expect(arrived).toMatchObject([
      { returnPath: 'an@example.com', recipients: ['privacy@shop.example'], verdicts: { dmarc: 'PASS' } },
    ])
    expect(arrived[0]?.raw.toString()).toBe(MESSAGE)
  })

  it('prints one JSON document for programs', async () => {
    const { stdout } = await mail([file('a.eml', MESSAGE), '--json'])
    expect(JSON.parse(stdout)).toEqual({ id: 'id1', bytes: 71 })
  })

  it.each([
    ['an@example.com', 'an@example.com'],
    ['<>', ''],
  ])('takes another sender: %s', async (from, returnPath) => {
    await mail([file('none.eml', 'To: x@example.com\n\nbody\n'), '--from', from])
    expect(arrived[0]?.returnPath).toBe(returnPath)
    expect(arrived[0]?.raw.toString()).toBe('To: x@example.com\r\n\r\nbody\r\n')
  })

  it('passes on what the checks shall find', async () => {
    await mail([file('fail.eml', `X-Local-Verdict: dmarc=FAIL\r\n${MESSAGE}`)])
    expect(arrived[0]?.verdicts.dmarc).toBe('FAIL')
  })

  it.each([
    ['a file that is not there', [join(root, 'nothing.eml')], {}, 'file_unreadable', 'does not exist'],
    ['a folder', [root], {}, 'file_unreadable', 'cannot be read (EISDIR)'],
    ['nobody in From', [file('nobody.eml', '\r\nFrom: an@example.com')], {}, 'no_sender', 'give --from'],
    ['what npm start refuses', [file('b.eml', MESSAGE)], { email: 'b@example.com' }, 'refused', '550 '],
    [
      'a npm start without mail',
      [file('c.eml', MESSAGE)],
      { smtp: undefined },
      'no_mail',
      'gives no address and port for mail',
    ],
    [
      'a mail server elsewhere',
      [file('d.eml', MESSAGE)],
      { smtp: { host: 'mail.example.com', port: 25 } },
      'no_mail',
      'gives no address and port for mail',
    ],
    [
      'a port where nobody is',
      [file('e.eml', MESSAGE)],
      { smtp: { host: '127.0.0.1', port: 1 } },
      'unreachable',
      'no mail server answers at 127.0.0.1:1',
    ],
  ])('refuses %s', async (_what, args, description, error, why) => {
    const [forPeople, forPrograms] = await Promise.all([
      mail(args, description),
      mail([...args, '--json'], description),
    ])
    expect(forPeople).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining(why) })
    expect(forPrograms).toMatchObject({ exitCode: 1, stderr: '' })
    expect(JSON.parse(forPrograms.stdout)).toEqual({ error, message: expect.stringContaining(why) })
    expect(forPeople.stderr + forPrograms.stdout).not.toMatch(/an@example|secret-body|b@example/)
    expect(arrived).toEqual([])
  })
})
