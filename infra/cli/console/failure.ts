import { plain } from './foreign.ts'

/** Tells the person who typed the command why it failed. */
export class CliError extends Error {
  override readonly name = 'CliError'
  /** For programs: the server's own word if the server refused. */
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

export const wrongUsage = (message: string): CliError => new CliError('usage', message, { exitCode: 2 })
