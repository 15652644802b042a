/** How a command of the operator's tool fails. */
import { plain } from './foreign.ts'

/** Why the command was not done, in words for the person who typed it. */
export class CliError extends Error {
  override readonly name = 'CliError'
  /** For programs; the server's own word where it refused. */
  readonly word: string
  /** 1: refused. 2: wrong usage. */
  readonly exitCode: 1 | 2

  constructor(
    word: string,
    message: string,
    { exitCode = 1, ...options }: ErrorOptions & { exitCode?: 1 | 2 } = {},
  ) {
    super(plain(message), options)
    this.word = word
    this.exitCode = exitCode
  }
}

/** The command cannot be meant as it was typed. */
export const wrongUsage = (message: string): CliError => new CliError('usage', message, { exitCode: 2 })
