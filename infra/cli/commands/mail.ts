/** `mail`: delivers a message from disk to a running `npm start`, as a mail server would. */
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { CliError, wrongUsage } from '../console/failure.ts'
import { isFields } from '../console/foreign.ts'
import { argument, option } from '../console/options.ts'
import { counted } from '../console/output.ts'
import { defineCommand } from '../define-command.ts'
import { describeLocal, localUrl, OWN_NAMES } from '../system/local-system.ts'

export const mail = defineCommand({
  name: 'mail',
  says: 'Delivers a message to a running npm start, by SMTP. Only with --local.',
  options: {
    file: argument('<FILE>', 'the message as a mail program saves it (.eml); - for standard input'),
    from: option('--from <address>', "the envelope's sender, <> for none (default: the address in From)", {
      read: sender,
    }),
  },
  help: `
The recipient is the address of npm start, whatever the message says. All checks of SES pass, unless the message has a
header such as X-Local-Verdict: dmarc=FAIL; spam=GRAY. The command prints nothing of the message.

Examples:
  $ npm run ops -- mail --local request.eml
  $ printf 'From: an.tran01@example.com\\n\\nPlease delete my data.\\n' | npm run ops -- mail --local -
  $ npm run ops -- mail --local request.eml --from an.tran01@example.com
  $ npm run ops -- mail --local bounce.eml --from '<>'`,
  async run({ file, from }, { system, print }) {
    if (!system.local) throw wrongUsage('mail goes to a running npm start only: add --local')
    const message = await read(file)
    const sentBy = from ?? (await senderOf(message, file))
    const { smtp, email } = await mailboxOfLocal()
    const id = await send(message, { from: sentBy, to: [email] }, smtp)
    const bytes = message.length
    print({ id, bytes }, () => `npm start stored it as inbox/${id}: ${counted(bytes, 'byte')}.`)
  },
})

async function read(file: string): Promise<Buffer> {
  try {
    return await (file === '-' ? buffer(process.stdin) : readFile(file))
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? 'unknown reason'})`
    throw new CliError('file_unreadable', `${file} ${why}`, { cause })
  }
}

async function senderOf(message: Buffer, file: string): Promise<string> {
  const { default: PostalMime } = await import('postal-mime')
  const end = /\r?\n\r?\n/.exec(message.toString('latin1'))?.index
  const { from } = await PostalMime.parse(message.subarray(0, end))
  if (from?.address) return from.address
  throw new CliError('no_sender', `${file} has no address in From: give --from, <> for a bounce`)
}

type Smtp = NonNullable<Awaited<ReturnType<typeof describeLocal>>['smtp']>

/** Only on this machine: another program may answer at LOCAL_URL. */
async function mailboxOfLocal() {
  const { smtp, email } = await describeLocal()
  if (email !== undefined && smtp && OWN_NAMES.includes(smtp.host)) return { smtp, email }
  throw new CliError('no_mail', `${localUrl().origin} gives no address and port for mail`)
}

/** @returns The id of the stored message. */
async function send(raw: Buffer, envelope: { from: string; to: string[] }, smtp: Smtp): Promise<string> {
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({ ...smtp, ignoreTLS: true, connectionTimeout: 5000 })
  try {
    const { response } = await transport.sendMail({ envelope, raw })
    return /^250 OK (\S+)$/.exec(response)?.[1] ?? 'unknown'
  } catch (cause) {
    throw refused(cause, smtp)
  } finally {
    transport.close()
  }
}

function refused(cause: unknown, { host, port }: Smtp): CliError {
  const { response, code } = isFields(cause) ? cause : {}
  return typeof response === 'string'
    ? new CliError('refused', `npm start refused it: ${response}`, { cause })
    : new CliError('unreachable', `no mail server answers at ${host}:${port} (${String(code)})`, { cause })
}

function sender(text: string): string {
  if (text === '<>') return ''
  if (/^[^\s<>@]+@[^\s<>@]+$/.test(text)) return text
  throw wrongUsage("--from takes an address such as an@example.com, or '<>' for none")
}
