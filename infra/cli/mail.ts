/** `mail FILE.eml`: feeds a message from disk to a running `npm start`, over SMTP. */
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { createTransport } from 'nodemailer'
import { CliError, wrongUsage } from './failure.ts'
import { describeLocal, isFields, localUrl } from './local-system.ts'
import { type OutputOptions, present } from './output.ts'

interface MailOptions extends OutputOptions {
  readonly local?: true
  readonly from?: string
}

export function addMail(program: Command): void {
  program
    .command('mail')
    .description(
      'Feeds a message (RFC 5322) from a file to a running npm start, as if it had come by SMTP. A header of it, X-Local-Verdict, says what SES would have found out, such as spam=FAIL; dmarc=GRAY.',
    )
    .argument('<FILE>', 'the message; - for standard input')
    .option('--from <address>', 'the sender of the envelope (default: the first address of the From line)')
    .addHelpText(
      'after',
      `
Examples:
  $ npm run ops -- mail --local request.eml
  $ printf 'From: an.tran01@example.com\\n\\nPlease delete my data.\\n' | npm run ops -- mail --local -`,
    )
    .action(async (file: string, _options, command: Command) => {
      const options = command.optsWithGlobals<MailOptions>()
      if (!options.local) throw wrongUsage('mail is for a running npm start: add --local')
      const raw = read(file)
      const { smtp, email } = mailOf(await describeLocal())
      const transport = createTransport({ ...smtp, secure: false, ignoreTLS: true })
      const from = options.from ?? senderIn(raw.toString('latin1'))
      try {
        const { response } = await transport.sendMail({ raw, envelope: { from, to: email } })
        present(options, { to: email, answer: response }, () => `Sent to ${email}: ${response}`)
      } catch (cause) {
        // What the server said may quote the message.
        const code = isFields(cause) && typeof cause['responseCode'] === 'number' ? cause['responseCode'] : ''
        throw new CliError('refused', `the SMTP port refused the message ${code}`.trim(), { cause })
      }
    })
}

function read(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (cause) {
    const code = isFields(cause) ? String(cause['code']) : ''
    throw wrongUsage(`${file} cannot be read${code === 'ENOENT' ? ': there is no such file' : ` (${code})`}`)
  }
}

function mailOf(local: unknown): {
  readonly smtp: { readonly host: string; readonly port: number }
  readonly email: string
} {
  const { smtp, email } = isFields(local) ? local : {}
  if (
    isFields(smtp) &&
    typeof smtp['host'] === 'string' &&
    typeof smtp['port'] === 'number' &&
    typeof email === 'string'
  ) {
    return { smtp: { host: smtp['host'], port: smtp['port'] }, email }
  }
  throw new CliError(
    'not_found',
    `${localUrl().origin} takes no mail: its configuration has no email.receiving`,
  )
}

/** Good enough for an envelope: what the message says is for the functions to judge. */
const senderIn = (text: string): string =>
  /^From:[^\r\n]*?([^\s<>,;:"]+@[^\s<>,;:"]+)/im.exec(text)?.[1] ?? ''
