/** A secret from standard input: asked for without echo on a terminal, one line otherwise; never an argument. */
import { createInterface } from 'node:readline/promises'
import { type Readable, Writable } from 'node:stream'
import { wrongUsage } from '../console/failure.ts'

const MOST_CHARACTERS = 4096

export async function readSecretInput(
  input: Readable & { readonly isTTY?: boolean },
  question: string,
): Promise<string> {
  const text = input.isTTY ? await askUnseen(input, question) : await lineOf(input)
  if (text.trim() === '') throw wrongUsage('there is no secret on standard input')
  return text
}

async function lineOf(input: Readable): Promise<string> {
  let text = ''
  for await (const chunk of input.setEncoding('utf8')) {
    text += String(chunk)
    if (text.length > MOST_CHARACTERS)
      throw wrongUsage('what is on standard input is too long to be a secret')
  }
  return text.replace(/\r?\n$/, '')
}

async function askUnseen(input: Readable, question: string): Promise<string> {
  process.stderr.write(question)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0 })
  lines.once('SIGINT', () => process.exit(130))
  try {
    return await new Promise((answered) => {
      lines.once('close', () => answered(''))
      lines.once('line', answered)
    })
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}
